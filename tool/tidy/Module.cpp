// What clang-tidy finds when it loads the library: every rule that we have, as `tether-ID`.
#include "tool/tidy/TidyCheck.h"

#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"

using namespace clang::tidy;

namespace tether {
namespace {

class TetherModule : public ClangTidyModule {
public:
  void addCheckFactories(ClangTidyCheckFactories &factories) override {
    auto current = std::make_shared<std::weak_ptr<TidyUnit>>();
    for (const Check *rule : allRules())
      factories.registerCheckFactory(
          ("tether-" + rule->id).str(), [=](llvm::StringRef name, ClangTidyContext *context) {
            return std::make_unique<TidyCheck>(name, context, *rule, *current);
          });
  }
};

const ClangTidyModuleRegistry::Add<TetherModule> Registered("tether", "Lost asynchronous work.");

} // namespace
} // namespace tether
