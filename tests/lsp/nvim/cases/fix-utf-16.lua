-- A quick fix on a line with multi-byte text and surrogate pairs, in utf-16.
dofile(T.here .. "/fix.lua")("utf-16")
