#!/usr/bin/env python3
"""Sources that refer to themselves, in types, initialisers and templates: the analysis ends.

Each lies in a file of its own, so that one that does not end costs seconds and is named.
"""

from _tether import PRELUDE, Case, main, places

STD = """\
namespace std {
template <class T> struct vector { T *first; };
template <class... T> struct variant {};
template <class T> struct optional { T value; };
template <class T> struct unique_ptr { T *get(); };
template <class T> struct function;
template <class R, class... A> struct function<R(A...)> {
  template <class F> function(F); function(const function &); R operator()(A...); };
enum class launch { async = 1, deferred = 2 };
template <class T> struct future { T get(); void wait(); bool valid(); };
template <class F> future<void> async(launch, F) { return {}; }
template <class F> future<void> async(F) { return {}; }
struct thread { template <class F> explicit thread(F); ~thread(); void join(); void detach(); };
template <class F, class... A> F bind(F, A...);
}
"""

COROUTINE = """\
namespace std {
template <class T, class... A> struct coroutine_traits {
  using promise_type = typename T::promise_type; };
template <class P = void> struct coroutine_handle {
  static coroutine_handle from_address(void *) noexcept; static coroutine_handle from_promise(P &);
  operator coroutine_handle<>() const noexcept; void *address() const noexcept; };
template <> struct coroutine_handle<void> { static coroutine_handle from_address(void *) noexcept;
  void *address() const noexcept; };
struct suspend_always { bool await_ready() noexcept { return false; }
  void await_suspend(coroutine_handle<>) noexcept {} void await_resume() noexcept {} };
}
"""

ENDING = {
    # types
    "vector-of-self": "struct S { std::vector<S> kids; Future f; }; S s(); void x() { s(); }",
    "recursive-variant": "struct J { std::variant<int, std::vector<J>> v; }; J j();"
                         "void x() { j(); }",
    "mutual": "struct A; struct B { std::vector<A> a; }; struct A { std::vector<B> b; };"
              "A a(); B b(); void x() { a(); b(); }",
    "derived-from-own-vector": "struct V : std::vector<V> {}; V v(); void x() { v(); }",
    "derived-from-own-optional": "struct O : std::unique_ptr<O> {}; O o(); void x() { o(); }",
    "crtp": "template <class T> struct C { T &self(); int get(); void wait(); bool valid(); };"
            "struct D : C<D> {}; D d(); void x() { d(); d().self(); }",
    "growing-template": "template <class T> struct G { G<G<T>> *up; G<G<T>> next(); };"
                        "G<int> g(); void x() { g(); g().next(); }",
    "deep-template": "template <int N> struct L { L<N - 1> in; }; template <> struct L<0> {"
                     " Future f; }; L<800> l(); void x() { l(); }",
    "derived-deep": "template <int N> struct L : L<N - 1> {}; template <> struct L<0> : Future {};"
                    "L<500> l(); void x() { l(); }",
    "incomplete": "struct I; I *p(); I &r(); void x() { p(); r(); }",
    "of-itself": "struct P { struct promise_type : promise_type {}; }; P p(); void x() { p(); }",
    # initialisers
    "policy-of-itself": "void x() { const std::launch p = p; std::async(p, [] {}); }",
    "policies-of-each-other": "extern const std::launch b; const std::launch a = b;"
                              "const std::launch b = a; void x() { std::async(a, [] {}); }",
    "callable-of-itself": "void x() { std::function<void()> f = f; std::async(f); }",
    "callable-bound-to-itself": "void x() { std::function<void()> f = std::bind(f);"
                                " std::thread(f).detach(); }",
    "pointers-to-each-other": "extern void (*const b)(); void (*const a)() = b;"
                              "void (*const b)() = a; void x() { std::async(a); }",
    "reference-to-itself": "void x() { std::function<void()> &f = f; std::async(f); }",
    "thread-of-itself": "void x() { std::thread t(t); t.detach(); }",
    "future-of-itself": "void x() { Future f = f; auto g = [f = f] { return f; }; g(); }",
    # functions
    "calls-itself": "Future f() { return f(); } void x() { f(); }",
    "call-each-other": "Future g(); Future f() { return g(); } Future g() { return f(); }"
                       "void x() { f(); g(); }",
    "returns-itself": "auto f() { return f(); } void x() { f(); }",
    "returns-its-lambda": "auto f() { return [] { return f(); }; } void x() { f()(); }",
    "lambda-calls-itself": "void x() { auto f = [](auto self) -> Future { return self(self); };"
                           " f(f); }",
    "handlers-in-a-circle": '[[clang::annotate("tether::handler")]] void a(); void b() { a(); '
                            "save(1); } void a() { b(); }",
    "template-recursion": "template <int N> Future r() { return r<N - 1>(); }"
                          "template <> Future r<0>() { return save(1); } void x() { r<300>(); }",
    "generic-recursion": "template <class T> void r(T t, int n) { if (n) r(&t, n - 1); }"
                         "void x() { r(1, 2); }",
}

# Each owns all the others: looked at path by path, there are 20! of them.
EACH_OTHER = "".join(f"struct S{i};" for i in range(20)) + "".join(
    f"struct S{i} {{ " + "".join(f"std::vector<S{j}> m{j};" for j in range(20))
    + f" }}; S{i} f{i}();\n"
    for i in range(20)) + "void x() { " + "".join(f"f{i}();" for i in range(20)) + " }"
ENDING["each-other"] = EACH_OTHER
ENDING["each-other-and-a-handle"] = EACH_OTHER.replace("S19 {", "S19 { Future f;")

COROUTINES = {
    "empty-promise": "struct T { struct promise_type {}; }; T f() { co_return; } void x() { f(); }",
    "promise-is-no-class": "struct T { using promise_type = int; }; T f() { co_return; }"
                           "void x() { f(); }",
    "undefined-promise": "struct T { struct promise_type; }; T f() { co_return; }"
                         "void x() { f(); }",
    "template-promise": "struct T { template <class U> struct promise_type {}; };"
                        "T f() { co_return; } void x() { f(); }",
    "own-promise": "struct T { using promise_type = T; T get_return_object(); T initial_suspend()"
                   " noexcept; T final_suspend() noexcept; void unhandled_exception(); void"
                   " return_void(); bool await_ready() noexcept; void await_suspend(std::"
                   "coroutine_handle<>) noexcept; void await_resume() noexcept; };"
                   "T f() { co_await f(); f(); } void x() { f(); }",
    "wrong-awaiter": "struct T { struct promise_type { T get_return_object();"
                     " int initial_suspend(); void final_suspend(); void unhandled_exception();"
                     " void return_void(); }; };"
                     "T f() { co_await 1; co_yield 2; co_return; } void x() { f(); }",
    "suspends-by-itself": "struct T { struct promise_type { T get_return_object(); auto"
                          " initial_suspend() { return initial_suspend(); } std::suspend_always"
                          " final_suspend() noexcept; void unhandled_exception() {} void"
                          " return_void(); }; }; T f() { co_return; } void x() { f(); }",
    "in-lambdas": "auto a = [] { co_return; }; auto b = [](auto x) -> Future { co_await x; };"
                  "void x() { a(); b(1); }",
    "in-odd-places": "struct S { S() { co_return; } ~S() { co_await save(1); } }; int main() {"
                     " co_return; } constexpr int c() { co_return 1; }",
}


class Endless(Case):
    def ended(self, sources, head):
        for name, source in sources.items():
            self.write(name + ".cpp", head + PRELUDE + source + "\n")
        report = self.check(".", "--timeout", "5", "-j", "2", "--", "-std=c++20")
        lost = [f"{f['file']}: {f['message']}" for f in report["failures"] if f["kind"] != "parse"]
        self.assertEqual(lost, [])
        self.assertEqual(report["summary"]["analysed"], len(sources))
        return report

    def test_types_initialisers_and_functions(self):
        report = self.ended(ENDING, STD)
        # What should compile does, or it would prove little.
        broken = {f["file"] for f in report["failures"]}
        self.assertLessEqual(len(broken), 4, broken)
        self.assertGreater(len(places(report)), 10)

    def test_coroutines(self):
        self.ended(COROUTINES, STD + COROUTINE)

    def test_something_else_is_called_std(self):
        rest = "struct S { int get(); }; S f(); void x() { f(); }\n"
        self.write("variable.cpp", "int std; " + rest)
        self.write("alias.cpp", "namespace other {} namespace std = other; " + rest)
        self.write("function.cpp", "void std(); " + rest)
        self.write("template.cpp", "template <class T> struct std {}; " + rest)
        self.write("c.c", "int std; struct S { int i; }; struct S f(); void x() { f(); }\n")
        report = self.check(".", "--")
        self.assertEqual([f for f in report["failures"] if f["kind"] != "parse"], [])

    def test_what_a_type_is_does_not_depend_on_what_was_asked_first(self):
        types = ("struct S { std::vector<S> kids; Future f; }; std::vector<S> many(); S one();\n"
                 "void a() { one(); }\nvoid b() { many(); }\n")
        self.write("a.cpp", STD + PRELUDE + types)
        self.write("b.cpp", STD + PRELUDE + types.replace("void a() { one(); }", ""))
        report = self.check(".", "--", "-std=c++20", code=1)
        told = [(f["file"], f["function"]) for f in report["findings"]]
        self.assertEqual(told, [("a.cpp", "a"), ("a.cpp", "b"), ("b.cpp", "b")])


if __name__ == "__main__":
    main()
