-- A quick fix on a line with multi-byte text and surrogate pairs, in utf-8.
dofile(T.here .. "/fix.lua")("utf-8")
