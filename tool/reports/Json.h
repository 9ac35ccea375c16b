//===- Json.h - the report for programs -----------------------------------===//
#pragma once

#include "llvm/Support/raw_ostream.h"

namespace tether {

struct Result;

/// The report of docs/report.schema.json. A change of its form is a change of `schema` there.
/// Bytes that are no UTF-8 become U+FFFD; nothing fails.
void writeJson(const Result &result, llvm::raw_ostream &out);

} // namespace tether
