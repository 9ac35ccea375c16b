#include "matchers/Finding.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace tether {

static constexpr std::array<std::string_view, 3> LevelNames = {"note", "warning", "error"};

std::string_view toString(Level level) { return LevelNames[static_cast<std::size_t>(level)]; }

std::optional<Level> levelOf(std::string_view name) {
  const auto *found = std::find(LevelNames.begin(), LevelNames.end(), name);
  if (found == LevelNames.end())
    return std::nullopt;
  return static_cast<Level>(found - LevelNames.begin());
}

Level raised(Level level) { return level == Level::Note ? Level::Warning : Level::Error; }
Level lowered(Level level) { return level == Level::Error ? Level::Warning : Level::Note; }

bool before(const Finding &left, const Finding &right) {
  auto key = [](const Finding &f) {
    return std::tie(f.at, f.check, f.message, f.level, f.function);
  };
  return key(left) < key(right);
}

} // namespace tether
