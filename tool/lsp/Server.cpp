#include "tool/lsp/Server.h"

#include "tool/Version.h"
#include "tool/lsp/Actions.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

enum ErrorCode {
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  NotInitialized = -32002,
  RequestCancelled = -32800,
  RequestFailed = -32803
};

/// To whose answers we add.
constexpr StringLiteral OurMethods[] = {"initialize", "textDocument/codeAction",
                                        "textDocument/hover", "textDocument/inlayHint"};

/// An object without content where there is none: parameters may be left out.
static json paramsOf(StringRef body) {
  json message = json::parse(body, nullptr, /*allow_exceptions=*/false);
  return message.is_object() ? message.value("params", json::object()) : json::object();
}

Server::Server(Loop &loop, Trace &trace, Stream &in, Stream &out, ServerOptions given)
    : loop(loop), trace(trace), in(in), out(out), options(std::move(given)),
      documents(
          loop, trace, {options.debounce, options.buildDir},
          {[this](json params) { notify("textDocument/publishDiagnostics", std::move(params)); },
           [this](const std::string &text) { tell(text); }}) {}

Expected<int> Server::run() {
  if (!options.clangd.empty()) {
    clangd = std::make_unique<Clangd>(
        loop, trace, options.clangd,
        Clangd::Callbacks{[this](Frame frame) { fromClangd(std::move(frame)); },
                          [this] { onDeath(); }, [this] { onRestart(); },
                          [this](int code) { onGone(code); }});
    if (Error error = clangd->start())
      return std::move(error);
    documents.setClangd(true);
  }
  Signals signals(loop, [this] { leave(); });
  in.read(
      [this](StringRef bytes) {
        frames.feed(bytes);
        while (std::optional<Frame> frame = frames.next())
          fromClient(std::move(*frame));
      },
      [this] { leave(); });
  loop.run();
  return exitCode;
}

/// The client is gone, or wants us to go: nothing may be left behind.
void Server::leave() {
  if (std::exchange(leaving, true))
    return;
  documents.end();
  if (isAlone())
    return stop(shutDown ? 0 : 1);
  clangd->end();
}

void Server::stop(int code) {
  exitCode = code;
  loop.stop();
}

//===- From the client ----------------------------------------------------===//

void Server::fromClient(Frame frame) {
  std::optional<Envelope> envelope = envelopeOf(frame.body());
  if (envelope && envelope->isRequest())
    return onRequest(*envelope, std::move(frame));
  if (envelope && envelope->isAnswer()) {
    // Not of this clangd, or of no clangd at all.
    if (orphans.erase(envelope->id) || asked.erase(envelope->id))
      return;
    asking.erase(envelope->id);
  } else if (envelope && !envelope->method.empty()) {
    return onNotification(*envelope, std::move(frame));
  }
  if (!isAlone() && ready)
    clangd->write(std::move(frame.bytes));
}

/// Looks at a request whose answer concerns us. True if nobody else need see it.
bool Server::keepsForUs(const Envelope &envelope, Frame &frame) {
  Asked &asked = pending[envelope.id];
  asked.method = envelope.method;
  if (envelope.method == "workspace/executeCommand") {
    json params = paramsOf(frame.body());
    if (params.value("command", json()) != ApplyCommand.str())
      return false;
    pending.erase(envelope.id);
    execute(envelope, params);
    return true;
  }
  if (!is_contained(OurMethods, StringRef(envelope.method)))
    return false;
  asked.params = paramsOf(frame.body());
  if (envelope.method == "initialize") {
    client = clientFacts(asked.params);
    initializeId = envelope.id;
    replayed["initialize"] = frame.bytes;
  }
  // clangd must not be asked about diagnostics that are not its own.
  json::json_pointer context("/context/diagnostics");
  if (envelope.method == "textDocument/codeAction" && asked.params.contains(context) &&
      asked.params[context].is_array() && any_of(asked.params[context], isOurs)) {
    json message = json::parse(frame.body(), nullptr, /*allow_exceptions=*/false);
    json &diagnostics = message["params"][context];
    erase_if(diagnostics.get_ref<json::array_t &>(), isOurs);
    frame.bytes = framed(message);
  }
  return false;
}

void Server::onRequest(const Envelope &envelope, Frame frame) {
  bool late = shutDown;
  shutDown |= envelope.method == "shutdown";
  if (isAlone() && late)
    return refuse(envelope.id, InvalidRequest, "the server was shut down");
  if (isAlone() && !initialized && envelope.method != "initialize")
    return refuse(envelope.id, NotInitialized, "the server is not initialized");
  try {
    if (keepsForUs(envelope, frame))
      return;
  } catch (const json::exception &error) {
    // What we do not understand is clangd's.
    errs() << "tether: " << envelope.method << " makes no sense: " << error.what() << "\n";
  }
  if (isAlone())
    return answerAlone(envelope);
  if (ready)
    return clangd->write(std::move(frame.bytes));
  // It is kept, and the next clangd is asked.
  if (envelope.method == "initialize")
    return;
  pending.erase(envelope.id);
  if (envelope.method == "shutdown")
    return reply(envelope.id, "result", nullptr);
  refuse(envelope.id, RequestFailed, "clangd has died and is being started again");
}

void Server::onNotification(const Envelope &envelope, Frame frame) {
  StringRef method = envelope.method;
  // A new clangd is told these again; of later ones the last counts.
  if (method == "initialized" || method == "workspace/didChangeConfiguration")
    replayed[method.str()] = frame.bytes;
  bool isOurs =
      method.starts_with("textDocument/did") || method == "workspace/didChangeWatchedFiles";
  json params = isOurs ? paramsOf(frame.body()) : json();
  if (!isAlone() && ready)
    clangd->write(std::move(frame.bytes));
  try {
    heed(method, params);
  } catch (const json::exception &error) {
    errs() << "tether: " << method << " makes no sense: " << error.what() << "\n";
  }
}

void Server::heed(StringRef method, const json &params) {
  if (method == "textDocument/didOpen")
    documents.didOpen(params);
  else if (method == "textDocument/didChange")
    documents.didChange(params);
  else if (method == "textDocument/didClose")
    documents.didClose(params);
  else if (method == "textDocument/didSave" || method == "workspace/didChangeWatchedFiles")
    documents.somethingChanged();
  else if (method == "exit")
    leave();
}

static bool isEdit(const json &argument) {
  return argument.is_object() && (argument.value("changes", json()).is_object() ||
                                  argument.value("documentChanges", json()).is_array());
}

/// The command of clients that know no code action literals: they are asked to apply the edit.
void Server::execute(const Envelope &envelope, const json &params) {
  const json arguments = params.value("arguments", json::array());
  if (!arguments.is_array() || arguments.size() != 1 || !isEdit(arguments[0]))
    return refuse(envelope.id, InvalidParams, "the argument is one workspace edit");
  // clangd may ask with any id of its own at the same time.
  std::string id = "tether:" + std::to_string(loop.now()) + ":" + envelope.id;
  asked.insert(json(id).dump());
  out.write(framed(json{{"jsonrpc", "2.0"},
                        {"id", id},
                        {"method", "workspace/applyEdit"},
                        {"params", {{"label", "tether"}, {"edit", arguments[0]}}}}));
  reply(envelope.id, "result", nullptr);
}

json Server::ownCapabilities() {
  // Without clangd nobody else decides, and what the client likes best is taken.
  Encoding encoding = client.encodings.empty() ? Encoding::Utf16 : client.encodings.front();
  json capabilities = {
      {"positionEncoding", toString(encoding).str()},
      {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", true}}},
      {"codeActionProvider",
       {{"codeActionKinds", {"quickfix", "refactor.rewrite", "source.fixAll.tether"}}}},
      {"hoverProvider", true},
      {"inlayHintProvider", true},
      {"executeCommandProvider", {{"commands", {ApplyCommand.str()}}}}};
  return {{"capabilities", std::move(capabilities)},
          {"offsetEncoding", toString(encoding).str()},
          {"serverInfo", {{"name", "tether"}, {"version", Version}}}};
}

void Server::answerAlone(const Envelope &envelope) {
  Asked asked = std::move(pending[envelope.id]);
  pending.erase(envelope.id);
  bool isOurs = is_contained(OurMethods, StringRef(asked.method));
  if (!isOurs && asked.method != "shutdown")
    return refuse(envelope.id, gone ? RequestFailed : MethodNotFound,
                  "there is no clangd to answer this");
  json answer = {{"result", nullptr}};
  if (asked.method == "initialize")
    answer["result"] = ownCapabilities();
  complete(asked, answer);
  reply(envelope.id, "result", answer["result"]);
}

//===- From clangd --------------------------------------------------------===//

void Server::fromClangd(Frame frame) {
  std::optional<Envelope> envelope = envelopeOf(frame.body());
  if (envelope && envelope->isAnswer())
    return onAnswer(*envelope, std::move(frame));
  if (envelope && envelope->isRequest())
    asking.insert(envelope->id);
  if (envelope && envelope->method == "textDocument/publishDiagnostics") {
    try {
      if (documents.take(paramsOf(frame.body())))
        return;
    } catch (const json::exception &error) {
      errs() << "tether: clangd's diagnostics make no sense: " << error.what() << "\n";
    }
  }
  out.write(std::move(frame.bytes));
}

void Server::onAnswer(const Envelope &envelope, Frame frame) {
  auto found = pending.find(envelope.id);
  // A new clangd answers what the client has been told long ago.
  if (found == pending.end() && !ready && envelope.id == initializeId)
    return wake();
  if (found == pending.end())
    return out.write(std::move(frame.bytes));
  Asked asked = std::move(found->second);
  pending.erase(found);
  if (is_contained(OurMethods, StringRef(asked.method))) {
    json answer = json::parse(frame.body(), nullptr, /*allow_exceptions=*/false);
    if (answer.is_object() && complete(asked, answer))
      frame.bytes = framed(answer);
  }
  out.write(std::move(frame.bytes));
  if (asked.method == "initialize" && !ready)
    wake();
}

bool Server::complete(const Asked &asked, json &answer) {
  json theirs = answer.value("result", json());
  json result = theirs;
  try {
    const json error = answer.value("error", json());
    if (error.is_object() && error.value("code", 0) == RequestCancelled)
      return false;
    if (asked.method == "initialize")
      return learn(answer);
    if (asked.method == "textDocument/hover")
      result = documents.hover(asked.params, theirs);
    json ours = json::array();
    if (asked.method == "textDocument/codeAction")
      ours = documents.codeActions(asked.params);
    if (asked.method == "textDocument/inlayHint")
      ours = documents.inlayHints(asked.params);
    if (!ours.empty() && !result.is_array())
      result = json::array();
    for (json &each : ours)
      result.push_back(std::move(each));
  } catch (const json::exception &) {
    // What we do not understand is answered as clangd does.
    return false;
  }
  if (result == theirs)
    return false;
  answer.erase("error");
  answer["result"] = std::move(result);
  return true;
}

/// What client and clangd have settled on. True if the answer had to be changed.
bool Server::learn(json &answer) {
  initialized = true;
  if (!answer.contains("result") || !answer["result"].is_object())
    return false;
  json &result = answer["result"];
  std::string name = result.value("offsetEncoding", "");
  json capabilities = result.value("capabilities", json::object());
  if (name.empty())
    name = capabilities.value("positionEncoding", "utf-16");
  documents.begin(client, encodingNamed(name).value_or(Encoding::Utf16));
  if (client.codeActionLiterals || isAlone())
    return false;
  // Some clients pass on only the commands that they were told of.
  json &commands = result["capabilities"]["executeCommandProvider"]["commands"];
  commands.push_back(ApplyCommand.str());
  return true;
}

//===- When clangd dies ----------------------------------------------------===//

void Server::failPending() {
  for (auto each = pending.begin(); each != pending.end();) {
    // The next clangd is asked this again, or we answer it ourselves.
    if (each->second.method == "initialize") {
      ++each;
      continue;
    }
    std::string id = each->first, method = each->second.method;
    each = pending.erase(each);
    if (method == "shutdown")
      reply(id, "result", nullptr);
    else
      refuse(id, RequestFailed, "clangd has died");
  }
}

void Server::onDeath() {
  ready = false;
  failPending();
  orphans.insert(asking.begin(), asking.end());
  asking.clear();
}

void Server::onRestart() {
  if (auto frame = replayed.find("initialize"); frame != replayed.end())
    clangd->write(frame->second);
  else
    ready = true;
}

/// A new clangd has answered `initialize`: it is told all that the one before knew.
void Server::wake() {
  ready = true;
  for (const char *method : {"initialized", "workspace/didChangeConfiguration"})
    if (auto frame = replayed.find(method); frame != replayed.end())
      clangd->write(frame->second);
  for (json &params : documents.asOpened())
    clangd->write(framed(json{
        {"jsonrpc", "2.0"}, {"method", "textDocument/didOpen"}, {"params", std::move(params)}}));
}

void Server::onGone(int code) {
  gone = true;
  if (leaving)
    return stop(shutDown ? 0 : code);
  documents.setClangd(false);
  failPending();
  if (pending.count(initializeId))
    answerAlone({"initialize", initializeId});
  tell("clangd has died too often and is not started again; tether's own findings go on");
}

//===- To the client -------------------------------------------------------===//

void Server::notify(StringRef method, json params) {
  out.write(
      framed(json{{"jsonrpc", "2.0"}, {"method", method.str()}, {"params", std::move(params)}}));
}

void Server::tell(const std::string &text) {
  constexpr int Warning = 2;
  errs() << "tether: " << text << "\n";
  notify("window/showMessage", {{"type", Warning}, {"message", "tether: " + text}});
}

void Server::refuse(StringRef id, int code, StringRef why) {
  reply(id, "error", {{"code", code}, {"message", why.str()}});
}

void Server::reply(StringRef id, StringRef key, json content) {
  json answer = {{"jsonrpc", "2.0"}, {key.str(), std::move(content)}};
  answer["id"] = json::parse(id);
  out.write(framed(answer));
}

} // namespace tether::lsp
