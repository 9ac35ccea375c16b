#include "tool/lsp/Analyst.h"

#include "llvm/ADT/STLExtras.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

/// Workers keep a parsed head each, some 50 to 150 MiB.
constexpr unsigned MostWorkers = 6;
/// For so long newer versions may end the analysis of older ones.
constexpr uint64_t MostPatience = 2000;
/// After so many deaths in a row the file is left alone until it is opened or saved.
constexpr unsigned MostDeaths = 3;

Analyst::Analyst(Loop &loop, Trace &trace, unsigned debounce, Callbacks callbacks)
    : loop(loop), trace(trace), debounce(debounce), callbacks(std::move(callbacks)) {}

void Analyst::open(const Place &place) {
  const std::string file = place.file;
  close(file);
  desks[file] = std::make_unique<Desk>(loop, place, [this, file] { send(*desks[file]); });
  desks[file]->pause.set(0);
}

void Analyst::edited(const std::string &file) {
  if (auto desk = desks.find(file); desk != desks.end())
    desk->second->pause.set(debounce);
}

void Analyst::recheck(const std::string &file) {
  auto desk = desks.find(file);
  if (desk == desks.end())
    return;
  desk->second->deaths = 0;
  desk->second->afresh = true;
  desk->second->pause.set(0);
}

void Analyst::restart(const std::string &file) {
  auto desk = desks.find(file);
  if (desk == desks.end())
    return;
  dismiss(*desk->second);
  recheck(file);
}

void Analyst::close(const std::string &file) {
  auto desk = desks.find(file);
  if (desk == desks.end())
    return;
  dismiss(*desk->second);
  desks.erase(desk);
}

void Analyst::closeAll() {
  for (auto &[file, desk] : desks)
    dismiss(*desk);
  desks.clear();
}

/// Ends the worker, if there is one.
void Analyst::dismiss(Desk &desk) {
  if (desk.worker)
    trace("worker", {{"state", "ended"}, {"file", desk.place.file}, {"pid", desk.worker->pid()}});
  desk.worker.reset();
  desk.running.reset();
}

void Analyst::send(Desk &desk) {
  if (desk.deaths >= MostDeaths)
    return;
  uint64_t now = loop.now();
  // It is waited for; the newer version follows when it has been heard.
  if (desk.running && now - desk.heard > MostPatience && desk.worker)
    return;
  if (!desk.worker && !hire(desk))
    return;
  Text text = callbacks.text(desk.place.file);
  if (!desk.running)
    desk.heard = now;
  desk.running = text.version;
  desk.used = now;
  desk.worker->write(framed(json{{"version", text.version},
                                 {"text", text.text},
                                 {"afresh", std::exchange(desk.afresh, false)}}));
}

/// Starts a worker for the file. False if that cannot be done.
bool Analyst::hire(Desk &desk) {
  makeRoom();
  desk.answers = {};
  const std::string file = desk.place.file;
  // The name that the system knows the program by, wherever it was moved since.
  Expected<std::unique_ptr<Process>> worker = Process::start(
      loop, {"/proc/self/exe", "lsp-worker"},
      [this, file](StringRef bytes) { listen(file, bytes); },
      [this, file](Process::Exit exit) { bury(file, exit); });
  if (!worker) {
    errs() << "tether: " << toString(worker.takeError()) << "\n";
    desk.deaths = MostDeaths;
    return false;
  }
  desk.worker = std::move(*worker);
  trace("worker", {{"state", "started"}, {"file", file}, {"pid", desk.worker->pid()}});
  desk.worker->write(framed(json{{"place", json::parse(toWire(desk.place))}}));
  return true;
}

/// Ends the worker that has been idle for the longest, if there are too many.
void Analyst::makeRoom() {
  Desk *oldest = nullptr;
  unsigned workers = 0;
  for (auto &[file, desk] : desks) {
    workers += desk->worker != nullptr;
    if (desk->worker && !desk->running && (!oldest || desk->used < oldest->used))
      oldest = desk.get();
  }
  if (workers >= MostWorkers && oldest)
    dismiss(*oldest);
}

void Analyst::listen(const std::string &file, StringRef bytes) {
  auto desk = desks.find(file);
  if (desk == desks.end())
    return;
  desk->second->answers.feed(bytes);
  while (std::optional<Frame> frame = desk->second->answers.next()) {
    json message = json::parse(frame->body(), nullptr, /*allow_exceptions=*/false);
    if (message.is_object())
      heed(*desk->second, message);
  }
}

void Analyst::heed(Desk &desk, const json &message) {
  const std::string &file = desk.place.file;
  if (message.contains("analysing"))
    return trace("analysing",
                 {{"file", file}, {"version", message["analysing"]}, {"pid", message["pid"]}});
  if (message.contains("cancelled"))
    return trace("cancelled", {{"file", file}, {"version", message["cancelled"]}});
  std::optional<LiveAnswer> answer;
  if (message.contains("answer"))
    answer = liveAnswerFrom(message["answer"].dump());
  else
    trace("died", {{"file", file}, {"version", message["failed"]}, {"why", message["why"]}});
  int version = answer ? answer->version : message.value("failed", 0);
  bool overtaken = desk.running && *desk.running != version;
  bool more = answer && answer->isPartial;
  if (!overtaken && !more)
    desk.running.reset();
  desk.heard = loop.now();
  if (answer) {
    desk.deaths = 0;
    callbacks.answer(file, std::move(*answer));
  }
  // An edit came while this version was waited for, and its own pause is over.
  if (!overtaken && !more && !desk.pause.isSet() && callbacks.text(file).version != version)
    desk.pause.set(0);
}

void Analyst::bury(const std::string &file, Process::Exit exit) {
  auto found = desks.find(file);
  if (found == desks.end())
    return;
  Desk &desk = *found->second;
  trace("worker", {{"state", "died"}, {"file", file}, {"pid", desk.worker->pid()}});
  ++desk.deaths;
  desk.worker.reset();
  if (!std::exchange(desk.running, std::nullopt))
    return;
  errs() << "tether: the analysis of " << file << " has died (exit code " << exit.code
         << ", signal " << exit.signal << "); the next edit tries again\n";
}

} // namespace tether::lsp
