#include "matchers/SuppressionRules.h"

#include <vector>

namespace tether {

namespace rules {

extern const Check suppression_without_reason = {
    .id = "suppression-without-reason",
    .summary = "a comment silences a finding and does not say why",
    .since = "0.1.0",
    .level = Level::Note,
    .docs = R"md(
## What it does

Finds a suppression comment without a reason. It silences its finding all the same.

## Why is this bad

Whoever reads the line next cannot tell whether the loss was thought about.

## Use instead

`// tether: allow(discarded-future) the next heartbeat follows in a second`
)md"};

extern const Check unknown_suppression = {.id = "unknown-suppression",
                                          .summary =
                                              "a comment silences a check that does not exist",
                                          .since = "0.1.0",
                                          .level = Level::Note,
                                          .docs = R"md(
## What it does

Finds a suppression comment that names a check which tether does not have.

## Why is this bad

A misspelt name silences nothing, and the comment says otherwise.

## Use instead

The ids that `tether checks` lists.
)md"};

extern const Check unused_suppression = {.id = "unused-suppression",
                                         .summary =
                                             "a comment silences a finding that is not there",
                                         .since = "0.1.0",
                                         .level = Level::Note,
                                         .docs = R"md(
## What it does

Finds a suppression comment on a line where the check has nothing to say, and a `NOLINTBEGIN` that no
`NOLINTEND` closes. A check that did not run makes nothing unused.

## Why is this bad

The comment speaks of a defect that is gone, and will hide the next one.

## Use instead

Remove the comment.
)md"};

} // namespace rules

llvm::ArrayRef<const Check *> allRules() {
  static const std::vector<const Check *> list = [] {
    std::vector<const Check *> rules(allChecks().begin(), allChecks().end());
    rules.insert(rules.end(), {&rules::suppression_without_reason, &rules::unknown_suppression,
                               &rules::unused_suppression});
    return rules;
  }();
  return list;
}

} // namespace tether
