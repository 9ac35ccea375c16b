//===- Limits.h - what a worker may use -----------------------------------===//
//
// For the process that calls them. Each limit counts from now on, so that what earlier jobs have
// used is not held against the next one.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace tether {

/// The kernel ends the process (SIGXCPU) when it has used so much more CPU time.
void limitCpu(unsigned seconds);

/// Address space is refused when the process has taken so much more of it.
void limitMemory(unsigned mebibytes);

/// From now on the process ends with this code where memory is refused, instead of a crash.
constexpr int OutOfMemoryExit = 86;
void exitWhenOutOfMemory();

} // namespace tether
