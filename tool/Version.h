//===- Version.h - the release this is ------------------------------------===//
#pragma once

#include <string_view>

namespace tether {

/// Semantic version; the same as in CMakeLists.txt.
inline constexpr std::string_view Version = "0.1.0";

} // namespace tether
