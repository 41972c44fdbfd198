// ScriptedServer: an LDAP server on 127.0.0.1 that lets anybody bind and answers each search as the test says; for
// what real servers do only on bad days.
//
//   ScriptedServer server([](const Asked& asked) { return Answer{.code = LDAP_BUSY}; });
//   options.uri = server.uri();
//
// The answers are written in short BER lengths: at most a hundred bytes a message. One connection at a time is served
// by a thread of its own.
#pragma once

#include <gtest/gtest.h>
#include <ldap.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/directory/ber.h"

namespace tally::directory {

/// A search request (RFC 4511 §4.5.1).
struct Asked {
  std::string base;
  int scope = 0;
  std::string filter;  ///< its BER, in which the values stand as they are
  bool paged = false;  ///< with controls
};

struct Answer {
  int code = LDAP_SUCCESS;
  std::vector<std::string> entries = {};  ///< DNs; no attributes
  std::string cookie = {};                ///< not empty: another page follows (RFC 2696)
};

class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<Answer(const Asked&)> script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_TRUE(::bind(listener_, generic, size) == 0 && ::listen(listener_, 8) == 0 &&
                ::getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& server : servers_) server.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string uri() const { return "ldap://127.0.0.1:" + std::to_string(port_); }

 private:
  static std::string tlv(unsigned char tag, const std::string& body) {
    EXPECT_LT(body.size(), 128U);
    return std::string{static_cast<char>(tag), static_cast<char>(body.size())} + body;
  }
  static std::string result(unsigned char tag, int code) {
    return tlv(tag, tlv(0x0A, std::string(1, static_cast<char>(code))) + tlv(0x04, "") + tlv(0x04, ""));
  }
  static std::string message(std::string_view id, const std::string& operation, const std::string& controls = "") {
    return tlv(0x30, std::string(id) + operation + controls);
  }
  static std::string page_control(const std::string& cookie) {
    const std::string value = tlv(0x30, tlv(0x02, std::string(1, '\0')) + tlv(0x04, cookie));
    return tlv(0xA0, tlv(0x30, tlv(0x04, LDAP_CONTROL_PAGEDRESULTS) + tlv(0x04, value)));
  }

  void accept_all() {
    for (;;) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      servers_.emplace_back([this, client] {
        serve(client);
        ::close(client);
      });
    }
  }

  void serve(int client) {
    std::string received;
    char block[4096];
    for (ssize_t got = 0; (got = ::recv(client, block, sizeof block, 0)) > 0;) {
      received.append(block, static_cast<std::size_t>(got));
      std::string_view rest = received;
      while (const auto request = ber::take(rest, ber::kSequence)) {
        const std::string out = answer(request->body);
        if (::send(client, out.data(), out.size(), MSG_NOSIGNAL) < 0) return;
      }
      received.erase(0, received.size() - rest.size());
    }
  }

  std::string answer(std::string_view request) {
    const auto id = ber::take(request);
    const auto operation = ber::take(request);
    if (!id || !operation) return {};
    if (operation->tag == LDAP_REQ_BIND) return message(id->whole, result(0x61, LDAP_SUCCESS));
    if (operation->tag != LDAP_REQ_SEARCH) return {};
    std::string_view body = operation->body;
    Asked asked;
    asked.base = ber::take(body)->body;
    asked.scope = ber::take(body)->body[0];
    for (int i = 0; i < 4; ++i) ber::take(body);  // aliases, limits, types only
    asked.filter = ber::take(body)->whole;
    asked.paged = !request.empty();
    const std::lock_guard lock(mutex_);
    const Answer said = script_(asked);
    std::string out;
    for (const std::string& dn : said.entries) {
      out += message(id->whole, tlv(0x64, tlv(0x04, dn) + tlv(0x30, "")));
    }
    return out + message(id->whole, result(0x65, said.code), said.cookie.empty() ? "" : page_control(said.cookie));
  }

  std::function<Answer(const Asked&)> script_;
  std::mutex mutex_;
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> servers_;
};

}  // namespace tally::directory
