#include "daemon/control/protocol.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

namespace tally::control {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using Json = nlohmann::json;

/// A request is an object with an object in it.
constexpr int kMaxDepth = 2;
constexpr std::size_t kMaxArguments = 16;
/// What a terminal may be; beyond it a table would be padded for nobody.
constexpr std::size_t kMaxWidth = 1000;

/// nlohmann's parser recurses when it frees what it read: depth is bounded before it sees the text.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    quoted = c == '"';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxDepth) return true;
  }
  return false;
}

/// An object, with no member twice; null when it is something else.
Json object_of(std::string_view text) {
  if (too_deep(text)) return nullptr;
  std::vector<std::set<std::string>> seen;
  bool twice = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key) twice = twice || !seen.back().insert(value.get<std::string>()).second;
    return true;
  };
  Json parsed = Json::parse(text, watch, false);
  if (twice || parsed.is_discarded() || !parsed.is_object()) return nullptr;
  return parsed;
}

tl::unexpected<base::Error> odd(std::string_view what) {
  return failure(ErrorKind::malformed, fmt::format("the request is not understood: {}", what));
}

/// Only these members, all of them.
bool has_exactly(const Json& object, std::initializer_list<const char*> members) {
  if (object.size() != members.size()) return false;
  for (const char* member : members) {
    if (!object.contains(member)) return false;
  }
  return true;
}

Result<std::map<std::string, std::string>> arguments_of(const Json& object) {
  if (!object.is_object() || object.size() > kMaxArguments) return odd("arguments");
  std::map<std::string, std::string> arguments;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) return odd("an argument that is no text");
    arguments[name] = value.get<std::string>();
  }
  return arguments;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string encode(const Request& request) {
  return dump({{"v", kVersion},
               {"command", request.command},
               {"arguments", request.arguments},
               {"config", request.config},
               {"width", request.width},
               {"colour", request.colour}});
}

Result<Request> parse_request(std::string_view line) {
  if (line.size() > kMaxRequestBytes) return odd("too long");
  const Json object = object_of(line);
  if (object.is_null()) return odd("no JSON object");
  if (!object.contains("v") || object["v"] != kVersion) {
    return odd(fmt::format("another version; this service speaks {}", kVersion));
  }
  if (!has_exactly(object, {"v", "command", "arguments", "config", "width", "colour"})) return odd("its members");
  if (!object["command"].is_string() || !object["config"].is_string()) return odd("command and config are texts");
  if (!object["width"].is_number_unsigned() || !object["colour"].is_boolean()) return odd("width and colour");
  auto arguments = arguments_of(object["arguments"]);
  if (!arguments) return tl::unexpected(arguments.error());
  const auto width = object["width"].get<std::uint64_t>();
  return Request{object["command"], std::move(*arguments), object["config"],
                 static_cast<std::size_t>(std::min<std::uint64_t>(width, kMaxWidth)), object["colour"]};
}

std::string encode(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::progress: return dump({{"progress", answer.text}});
    case Answer::Kind::note: return dump({{"note", answer.text}});
    case Answer::Kind::err: return dump({{"err", answer.text}});
    case Answer::Kind::out: return dump({{"out", answer.text}});
    case Answer::Kind::end: break;
  }
  return dump({{"end", answer.code}});
}

Result<Answer> parse_answer(std::string_view line) {
  const auto wrong = [] { return failure(ErrorKind::malformed, "the service's answer is not understood"); };
  if (line.size() > kMaxAnswerBytes) return wrong();
  const Json object = object_of(line);
  if (object.is_null() || object.size() != 1) return wrong();
  const std::string& name = object.begin().key();
  const Json& value = object.begin().value();
  if (name == "end") {
    if (!value.is_number_integer() || value < 0 || value > 255) return wrong();
    return Answer{Answer::Kind::end, {}, value.get<int>()};
  }
  if (!value.is_string()) return wrong();
  for (const auto& [word, kind] : {std::pair{"progress", Answer::Kind::progress}, std::pair{"note", Answer::Kind::note},
                                   std::pair{"err", Answer::Kind::err}, std::pair{"out", Answer::Kind::out}}) {
    if (name == word) return Answer{kind, value.get<std::string>(), 0};
  }
  return wrong();
}

std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    std::size_t size = std::min(text.size(), kPieceBytes);
    // Not between a lead byte and its continuation bytes (10xxxxxx), of which there are at most three.
    for (int i = 0; i < 3 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U; ++i) {
      --size;
    }
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace tally::control
