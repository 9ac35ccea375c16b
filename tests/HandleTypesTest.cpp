// Which types are handles, where they refer to each other or have many bases.
#include "tests/Fixture.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace tether;

namespace {

const std::string prelude = "struct F { int get(); void wait(); bool valid(); };\n"
                            "namespace std { template <class T> struct vector { T *first; }; }\n";

std::string number(const char *name, unsigned i) { return name + std::to_string(i); }

/// As many types, each of which owns all of them; the last owns a handle besides.
std::string owningEachOther(unsigned count) {
  std::string text = prelude;
  for (unsigned i = 0; i != count; ++i)
    text += "struct " + number("S", i) + ";";
  for (unsigned i = 0; i != count; ++i) {
    text += "struct " + number("S", i) + " {";
    for (unsigned j = 0; j != count; ++j)
      text += " std::vector<" + number("S", j) + "> " + number("m", j) + ";";
    text += i + 1 == count ? " F f; };" : " };";
    text += number("S", i) + " " + number("f", i) + "();";
  }
  return text + "\n";
}

/// How many of the calls are found to lose something.
size_t lost(const std::string &types, const std::vector<unsigned> &calls) {
  std::string text = types + "void x() {\n";
  for (unsigned i : calls)
    text += number("f", i) + "();\n";
  return tests::checkText(text + "}\n").findings.size();
}

TEST(HandleTypes, DoNotDependOnTheOrderOfAsking) {
  constexpr unsigned Count = 9;
  std::string types = owningEachOther(Count);
  std::vector<unsigned> order;
  for (unsigned i = 0; i != Count; ++i)
    order.push_back(i);
  for (unsigned i = 0; i != Count; ++i) {
    EXPECT_EQ(lost(types, order), Count) << "from " << order.front();
    std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  std::reverse(order.begin(), order.end());
  EXPECT_EQ(lost(types, order), Count) << "backwards";
}

TEST(HandleTypes, OneThatOwnsItselfAndNoHandleIsNone) {
  std::string types = owningEachOther(6);
  types.replace(types.find(" F f;"), 5, "");
  EXPECT_EQ(lost(types, {3, 0, 5, 1, 2, 4}), 0u);
}

TEST(HandleTypes, ManyWaysToABaseAreWalkedOnce) {
  // Layers of classes, each derived from all classes of the layer below: 12^20 ways lead down.
  constexpr unsigned Layers = 20, Width = 12;
  std::string text = prelude, bases = " : virtual F";
  for (unsigned layer = 0; layer != Layers; ++layer) {
    std::string next;
    for (unsigned i = 0; i != Width; ++i) {
      std::string name = number("L", layer) + number("_", i);
      text += "struct " + name + bases + " {};\n";
      next += (next.empty() ? " : virtual " : ", virtual ") + name;
    }
    bases = next;
  }
  text += "struct Top" + bases + " {}; struct Other" + bases + " {}; Top f0(); Other f1();\n";
  EXPECT_EQ(lost(text, {0, 1}), 2u);
}

} // namespace
