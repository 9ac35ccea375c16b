// The server that the benchmark edits: about 1,000 lines on Boost.Beast as people write them, of
// sessions with callbacks, one with a stackful coroutine, and some work that is lost.
"use strict";

const head = `// A shop's HTTP server.
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <boost/beast/websocket.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using namespace std::chrono_literals;

namespace shop {

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

struct Row {
  int id = 0;
  std::string name;
  double price = 0;
};

class Store {
public:
  std::future<bool> save(Row row) {
    return std::async(std::launch::async, [this, row = std::move(row)] {
      std::lock_guard lock(mutex);
      rows[row.id] = row;
      return true;
    });
  }

  std::future<std::vector<Row>> all() {
    return std::async(std::launch::async, [this] {
      std::lock_guard lock(mutex);
      std::vector<Row> copy;
      for (const auto &[id, row] : rows)
        copy.push_back(row);
      return copy;
    });
  }

  std::size_t size() const {
    std::lock_guard lock(mutex);
    return rows.size();
  }

private:
  mutable std::mutex mutex;
  std::map<int, Row> rows;
};

class Log {
public:
  void line(const std::string &text) {
    std::lock_guard lock(mutex);
    std::clog << text << '\\n';
  }

  std::future<void> flush() {
    return std::async(std::launch::async, [] { std::clog.flush(); });
  }

private:
  std::mutex mutex;
};

inline Response answer(const Request &request, http::status status, std::string body) {
  Response response{status, request.version()};
  response.set(http::field::server, BOOST_BEAST_VERSION_STRING);
  response.set(http::field::content_type, "application/json");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

inline std::string quoted(const std::string &text) {
  std::string out = "\\"";
  for (char c : text) {
    if (c == '"' || c == '\\\\')
      out += '\\\\';
    out += c;
  }
  return out + "\\"";
}

inline std::string json(const Row &row) {
  return "{\\"id\\":" + std::to_string(row.id) + ",\\"name\\":" + quoted(row.name) +
         ",\\"price\\":" + std::to_string(row.price) + "}";
}

inline std::string json(const std::vector<Row> &rows) {
  std::string out = "[";
  for (const Row &row : rows) {
    if (out.size() > 1)
      out += ',';
    out += json(row);
  }
  return out + "]";
}
`;

/// What a session does with a POST: some lose their work, each in its own way.
const endings = [
  (name) => `    store.save(row);
    return answer(request, http::status::accepted, quoted("${name}"));`,
  (name) => `    auto saved = store.save(row);
    if (!saved.get())
      return answer(request, http::status::internal_server_error, quoted("not saved"));
    return answer(request, http::status::ok, quoted("${name}"));`,
  (name) => `    auto saved = store.save(row);
    if (row.price < 0)
      return answer(request, http::status::bad_request, quoted("price"));
    saved.get();
    return answer(request, http::status::ok, quoted("${name}"));`,
  (name) => `    std::thread([&row, this] { store.save(row).get(); }).detach();
    return answer(request, http::status::accepted, quoted("${name}"));`,
  (name) => `    try {
      store.save(row).get();
    } catch (const std::exception &error) {
      log.line(error.what());
      return answer(request, http::status::internal_server_error, quoted("${name}"));
    }
    return answer(request, http::status::ok, quoted("${name}"));`,
];

const session = (name, index) => `
/// Serves /${name.toLowerCase()} to one client.
class ${name}Session : public std::enable_shared_from_this<${name}Session> {
public:
  ${name}Session(tcp::socket &&socket, Store &store, Log &log)
      : stream(std::move(socket)), store(store), log(log) {}

  void run() {
    net::dispatch(stream.get_executor(),
                  beast::bind_front_handler(&${name}Session::read, shared_from_this()));
  }

private:
  void read() {
    request = {};
    stream.expires_after(30s);
    http::async_read(stream, buffer, request,
                     beast::bind_front_handler(&${name}Session::onRead, shared_from_this()));
  }

  void onRead(beast::error_code error, std::size_t bytes) {
    received += bytes;
    if (error == http::error::end_of_stream)
      return close();
    if (error) {
      log.line("${name}: read: " + error.message());
      return;
    }
    write(serve());
  }

  Response serve() {
    if (request.target() == "/${name.toLowerCase()}/size")
      return answer(request, http::status::ok, std::to_string(store.size()));
    switch (request.method()) {
    case http::verb::get:
      return list();
    case http::verb::post:
      return add();
    default:
      return answer(request, http::status::method_not_allowed, quoted("method"));
    }
  }

  Response list() {
    std::vector<Row> rows = store.all().get();
    std::sort(rows.begin(), rows.end(),
              [](const Row &left, const Row &right) { return left.name < right.name; });
    auto last = std::remove_if(rows.begin(), rows.end(),
                               [this](const Row &row) { return row.price > ${100 + index} * factor; });
    rows.erase(last, rows.end());
    return answer(request, http::status::ok, json(rows));
  }

  Response add() {
    Row row{static_cast<int>(received % 1000), request.body(), ${index}.5 * factor};
    if (row.name.empty())
      return answer(request, http::status::bad_request, quoted("name"));
${endings[index % endings.length](name)}
  }

  void write(Response &&made) {
    response = std::move(made);
    http::async_write(stream, response,
                      [self = shared_from_this()](beast::error_code error, std::size_t bytes) {
                        self->onWrite(error, bytes);
                      });
  }

  void onWrite(beast::error_code error, std::size_t bytes) {
    sent += bytes;
    if (error) {
      log.line("${name}: write: " + error.message());
      return;
    }
    if (response.need_eof())
      return close();
    read();
  }

  void close() {
    beast::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    log.line("${name}: " + std::to_string(received) + " in, " + std::to_string(sent) + " out");
  }

  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  Request request;
  Response response;
  Store &store;
  Log &log;
  std::size_t received = 0;
  std::size_t sent = 0;
  double factor = 1;
};
`;

const tail = (names) => `
/// News for browsers, over a web socket.
class NewsSession : public std::enable_shared_from_this<NewsSession> {
public:
  NewsSession(tcp::socket &&socket, Log &log) : socket(std::move(socket)), log(log) {}

  void run(Request request) {
    socket.async_accept(request, [self = shared_from_this()](beast::error_code error) {
      if (error)
        return self->log.line("news: " + error.message());
      self->read();
    });
  }

private:
  void read() {
    socket.async_read(buffer, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error)
        return;
      self->socket.text(self->socket.got_text());
      self->echo();
    });
  }

  void echo() {
    socket.async_write(buffer.data(), [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error)
        return;
      self->buffer.consume(self->buffer.size());
      self->read();
    });
  }

  websocket::stream<beast::tcp_stream> socket;
  beast::flat_buffer buffer;
  Log &log;
};

/// One client with a stackful coroutine: /health.
inline void health(tcp::socket socket, Store &store, net::yield_context yield) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  for (;;) {
    beast::error_code error;
    Request request;
    http::async_read(stream, buffer, request, yield[error]);
    if (error)
      return;
    Response response = answer(request, http::status::ok, std::to_string(store.size()));
    http::async_write(stream, response, yield[error]);
    if (error || response.need_eof())
      return;
  }
}

class Listener : public std::enable_shared_from_this<Listener> {
public:
  Listener(net::io_context &context, tcp::endpoint endpoint, Store &store, Log &log)
      : context(context), acceptor(net::make_strand(context)), store(store), log(log) {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(net::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(net::socket_base::max_listen_connections);
  }

  void accept() {
    acceptor.async_accept(net::make_strand(context), [self = shared_from_this()](
                                                         beast::error_code error, tcp::socket socket) {
      if (error)
        self->log.line("accept: " + error.message());
      else
        self->start(std::move(socket));
      self->accept();
    });
  }

private:
  void start(tcp::socket socket) {
    switch (turn++ % ${names.length + 1}) {
${names.map((name, index) => `    case ${index}:
      return std::make_shared<${name}Session>(std::move(socket), store, log)->run();`).join("\n")}
    default:
      net::spawn(context, [this, socket = std::move(socket)](net::yield_context yield) mutable {
        health(std::move(socket), store, yield);
      });
    }
  }

  net::io_context &context;
  tcp::acceptor acceptor;
  Store &store;
  Log &log;
  unsigned turn = 0;
};

} // namespace shop

int main() {
  net::io_context context{2};
  shop::Store store;
  shop::Log log;
  auto listener = std::make_shared<shop::Listener>(
      context, tcp::endpoint{net::ip::make_address("127.0.0.1"), 8080}, store, log);
  listener->accept();
  net::steady_timer timer(context, 10s);
  timer.async_wait([&log](beast::error_code) { log.flush(); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&context] { context.run(); });
  for (std::thread &thread : threads)
    thread.join();
}
`;

function beastServer() {
  const names = ["Order", "Book", "Customer", "Basket", "Invoice", "Review", "Payment", "Voucher"];
  return head + names.map(session).join("") + tail(names);
}

module.exports = { beastServer };
