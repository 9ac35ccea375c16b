//===- ProfileText.h - where the time went, for a person ------------------===//
#pragma once

#include "matchers/Profile.h"

#include "llvm/Support/raw_ostream.h"

namespace tether {

/// Milliseconds by phase and by check, the longest first; in the last line the share of the parse
/// that our own analysis takes.
void writeProfile(const Profile &profile, llvm::raw_ostream &out);

} // namespace tether
