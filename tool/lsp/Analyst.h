//===- Analyst.h - when which version of which file is analysed ------------===//
//
// One worker process for each open file, the most recently used ones; one version at a time in
// each. An edit is followed by a pause before it is analysed; a newer version ends the analysis of
// an older one, unless it has gone on like that for so long that nothing would ever be shown. Here
// is also the place for facts about other files, once there are any: a worker is told them with the
// text.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/Live.h"
#include "tool/lsp/Loop.h"
#include "tool/lsp/Message.h"
#include "tool/lsp/Trace.h"
#include "tool/lsp/Workspace.h"

#include <map>

namespace tether::lsp {

class Analyst {
public:
  struct Text {
    int version;
    const std::string &text;
  };
  struct Callbacks {
    std::function<Text(const std::string &file)> text; ///< of an open file, now
    std::function<void(const std::string &file, LiveAnswer)> answer;
  };

  /// \param debounce milliseconds between the last edit and its analysis.
  Analyst(Loop &loop, Trace &trace, unsigned debounce, Callbacks callbacks);

  /// A file is open from now on; it is analysed at once.
  void open(const Place &place);
  void edited(const std::string &file);
  /// Something that the file depends on may have changed: what is cheap is looked at again.
  void recheck(const std::string &file);
  /// The command or the configuration has changed: everything begins anew.
  void restart(const std::string &file);
  void close(const std::string &file);
  /// Ends all workers.
  void closeAll();

private:
  struct Desk {
    Place place;
    Timer pause;
    std::unique_ptr<Process> worker;
    Frames answers;
    std::optional<int> running; ///< the version that was sent last, until it is answered
    uint64_t heard = 0;         ///< when the last answer came, or the first version was sent
    uint64_t used = 0;
    unsigned deaths = 0; ///< since the last answer
    bool afresh = false; ///< what was learnt from earlier versions does not count

    Desk(Loop &loop, Place place, std::function<void()> ring)
        : place(std::move(place)), pause(loop, std::move(ring)) {}
  };
  void send(Desk &desk);
  bool hire(Desk &desk);
  void makeRoom();
  void dismiss(Desk &desk);
  void listen(const std::string &file, llvm::StringRef bytes);
  void heed(Desk &desk, const nlohmann::json &message);
  void bury(const std::string &file, Process::Exit exit);

  Loop &loop;
  Trace &trace;
  const unsigned debounce;
  Callbacks callbacks;
  std::map<std::string, std::unique_ptr<Desk>> desks; ///< by file
};

} // namespace tether::lsp
