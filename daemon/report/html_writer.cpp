#include "daemon/report/html_writer.h"

#include <algorithm>

#include "policy/base/utf8.h"

namespace tally::report {
namespace {

bool is_unreserved(char c) {  // RFC 3986 section 2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool is_safe_in_url(char c) {
  return c > 0x20 && c < 0x7F && std::string_view("\"'<>\\`{}[]|^").find(c) == std::string_view::npos;
}

}  // namespace

Url Url::fragment(std::string_view id) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "#";
  for (const char c : id) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
  }
  return Url(std::move(out));
}

std::optional<Url> Url::parse(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (text.substr(0, kScheme.size()) != kScheme || text.size() == kScheme.size()) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_safe_in_url)) return std::nullopt;
  return Url(std::string(text));
}

Html::Element::Element(Html& html, Tag tag, std::initializer_list<Attribute> attributes)
    : html_(html), tag_(tag.view()) {
  html_.start(tag_, attributes);
}

Html::Element::~Element() { html_.out_.append("</").append(tag_).append(">"); }

Html::Element Html::element(Tag tag, std::initializer_list<Attribute> attributes) { return {*this, tag, attributes}; }

Html::Element Html::link(const Url& to, std::initializer_list<Attribute> attributes) {
  start("a", attributes);
  out_.pop_back();
  attribute("href", to.text());
  out_ += '>';
  return {Element::Started{}, *this, "a"};
}

Html& Html::empty_element(Tag tag, std::initializer_list<Attribute> attributes) {
  start(tag.view(), attributes);
  return *this;
}

Html& Html::leaf(Tag tag, std::string_view content, std::initializer_list<Attribute> attributes) {
  const Element whole = element(tag, attributes);
  return text(content);
}

Html& Html::text(std::string_view content) {
  escaped(base::displayable(content));
  return *this;
}

Html& Html::lines(std::string_view content) {
  while (true) {
    const std::size_t end = content.find('\n');
    text(content.substr(0, end));
    if (end == std::string_view::npos) return *this;
    out_ += '\n';
    content.remove_prefix(end + 1);
  }
}

Html& Html::add(const Html& part) {
  out_ += part.out_;
  return *this;
}

Html& Html::doctype() {
  out_ += "<!DOCTYPE html>\n";
  return *this;
}

Html& Html::stylesheet(Literal css) {
  out_.append("<style>").append(css.view()).append("</style>");
  return *this;
}

void Html::start(std::string_view tag, std::initializer_list<Attribute> attributes) {
  out_.append("<").append(tag);
  for (const Attribute& one : attributes) attribute(one.name.view(), one.value);
  out_ += '>';
}

void Html::attribute(std::string_view name, std::string_view value) {
  out_.append(" ").append(name).append("=\"");
  escaped(base::displayable(value));
  out_ += '"';
}

void Html::escaped(std::string_view content) {
  for (const char c : content) {
    switch (c) {
      case '&': out_ += "&amp;"; break;
      case '<': out_ += "&lt;"; break;
      case '>': out_ += "&gt;"; break;
      case '"': out_ += "&quot;"; break;
      case '\'': out_ += "&#39;"; break;
      default: out_ += c;
    }
  }
}

}  // namespace tally::report
