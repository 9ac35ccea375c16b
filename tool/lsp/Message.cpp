#include "tool/lsp/Message.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

void Frames::feed(StringRef bytes) {
  // What has been handed out is dropped now and then, not for each message.
  if (begun > pending.size() / 2) {
    pending.erase(0, begun);
    if (bodyAt)
      *bodyAt -= begun;
    begun = 0;
  }
  pending.append(bytes.data(), bytes.size());
}

/// Reads header lines up to the empty one. False if more has to come.
bool Frames::readHeader() {
  size_t at = begun;
  std::optional<size_t> size;
  while (true) {
    size_t end = pending.find('\n', at);
    if (end == std::string::npos)
      return false;
    StringRef line = StringRef(pending).slice(at, end).rtrim('\r');
    at = end + 1;
    if (line.empty() && size) {
      bodyAt = at;
      bodySize = size;
      return true;
    }
    auto [name, value] = line.split(':');
    if (size_t given = 0;
        name.trim().equals_insensitive("Content-Length") && !value.trim().getAsInteger(10, given))
      size = given;
    else if (!size && !name.trim().equals_insensitive("Content-Type"))
      begun = at; // no message begins with this
  }
}

std::optional<Frame> Frames::next() {
  if (!bodyAt && !readHeader())
    return std::nullopt;
  if (pending.size() - *bodyAt < *bodySize)
    return std::nullopt;
  size_t end = *bodyAt + *bodySize;
  Frame frame{pending.substr(begun, end - begun), *bodyAt - begun};
  begun = end;
  bodyAt.reset();
  return frame;
}

std::string framed(StringRef body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body.str();
}

std::string framed(const json &message) {
  // A text may hold bytes that are no UTF-8.
  return framed(StringRef(message.dump(-1, ' ', false, json::error_handler_t::replace)));
}

namespace {

/// Stops as soon as it has seen who the message is for.
class EnvelopeReader : public nlohmann::json_sax<json> {
public:
  Envelope envelope;
  bool isObject = false;

  bool null() override { return value("null"); }
  bool boolean(bool) override { return value(""); }
  bool number_integer(number_integer_t number) override { return value(std::to_string(number)); }
  bool number_unsigned(number_unsigned_t number) override { return value(std::to_string(number)); }
  bool number_float(number_float_t, const string_t &text) override { return value(text); }
  bool string(string_t &text) override {
    if (depth == 1 && name == "method")
      envelope.method = text;
    return value(depth == 1 && name == "id" ? json(text).dump() : "");
  }
  bool binary(binary_t &) override { return true; }
  bool start_object(size_t) override {
    isObject |= depth == 0;
    ++depth;
    return true;
  }
  bool key(string_t &text) override {
    if (depth != 1)
      return true;
    name = text;
    // What comes behind the id of an answer is its content.
    isAnswer |= name == "result" || name == "error";
    return !(isAnswer && !envelope.id.empty());
  }
  bool end_object() override {
    --depth;
    return true;
  }
  bool start_array(size_t) override {
    ++depth;
    return true;
  }
  bool end_array() override {
    --depth;
    return true;
  }
  bool parse_error(size_t, const std::string &, const json::exception &) override { return false; }

private:
  bool value(const std::string &text) {
    if (depth == 1 && name == "id")
      envelope.id = text;
    return !(depth == 1 && !envelope.id.empty() && !envelope.method.empty());
  }

  unsigned depth = 0;
  std::string name;
  bool isAnswer = false;
};

} // namespace

std::optional<Envelope> envelopeOf(StringRef body) {
  EnvelopeReader reader;
  json::sax_parse(body.begin(), body.end(), &reader);
  if (!reader.isObject)
    return std::nullopt;
  return std::move(reader.envelope);
}

} // namespace tether::lsp
