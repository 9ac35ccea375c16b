-- A quick fix on a line with multi-byte text and surrogate pairs, in utf-32.
dofile(T.here .. "/fix.lua")("utf-32")
