//===- SuppressionRules.h - what is said about suppressions ---------------===//
#pragma once

#include "matchers/Check.h"

namespace tether::rules {

extern const Check suppression_without_reason;
extern const Check unknown_suppression;
extern const Check unused_suppression;

} // namespace tether::rules
