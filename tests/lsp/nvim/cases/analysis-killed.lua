-- A running analysis is killed: the next edit is analysed again.
-- Instantiations without depth, which take their time even where nothing goes wrong.
local slow = "template <int N, int M> struct Slow { static constexpr int v = Slow<N - 1, 2 * M>::v + "
  .. "Slow<N - 1, 2 * M + 1>::v; };\n"
  .. "template <int M> struct Slow<0, M> { static constexpr int v = 1; };\n"
T.project(slow .. "void lose() { save(1); }\n")
T.shows({ "4:15 tether-discarded-future" })
T.set(5, nil, { "int slow = Slow<15, 0>::v;" })
local version = T.version()
local child = T.event("analysing", { version = version }).pid
T.kill(child)
T.event("died", { version = version })
T.set(5, 5, { "void more() { save(2); }" })
T.shows({ "4:15 tether-discarded-future", "5:15 tether-discarded-future" })
T.set(4, 4, {})
T.shows({ "4:15 tether-discarded-future" })
