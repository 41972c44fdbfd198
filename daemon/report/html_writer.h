// Html: HTML that is well-formed and harmless by construction.
//
//   Html html;
//   { auto list = html.element("ul", {{"class", "plain"}});
//     html.leaf("li", subject.label); }                    // <ul class="plain"><li>O&#39;Neil</li></ul>
//
// Names of elements and attributes are literals checked at compile time; data goes in only as text, as the value of a
// harmless attribute, or as a Url. So data cannot become markup, and there is no way to write a script: the element,
// event attributes, inline styles and links by any other road do not compile or do not exist.
// Text is shown through base::displayable: control characters and bidirectional overrides become visible.
//
// Not a parser or a template language, and not for documents from elsewhere.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tally::report {

/// A string literal of this program, never data.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor): literals convert
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

/// The name of an element. `script`, `iframe`, `object`, `embed`, `base` and `style` do not compile.
class Tag {
 public:
  consteval Tag(const char* name) : name_(name) {  // NOLINT(google-explicit-constructor): literals convert
    for (const std::string_view bad : {"script", "iframe", "object", "embed", "base", "style"}) {
      if (name_ == bad) throw "this element can carry code or styles";
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return name_; }

 private:
  std::string_view name_;
};

/// The name of an attribute whose value is plain text. Events, styles and addresses do not compile.
class AttributeName {
 public:
  consteval AttributeName(const char* name) : name_(name) {  // NOLINT(google-explicit-constructor): literals convert
    if (name_.substr(0, 2) == "on") throw "an event attribute is code";
    for (const std::string_view bad : {"href", "src", "srcset", "style", "srcdoc", "action", "formaction", "data"}) {
      if (name_ == bad) throw "this attribute is no plain text: use Url, or a class";
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return name_; }

 private:
  std::string_view name_;
};

/// An address that a link may lead to: a place on the same page, or an absolute https address.
class Url {
 public:
  /// A place on this page; everything outside RFC 3986 unreserved characters is percent-encoded.
  static Url fragment(std::string_view id);
  /// An "https://" address of printable ASCII without quotes, spaces, brackets or backslashes; nothing else
  /// ("javascript:", "data:", "//host", relative paths) becomes a Url.
  static std::optional<Url> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct Attribute {
  AttributeName name;
  std::string value;
};

class Html {
 public:
  /// An open element; it is closed when this goes out of scope, so nesting is always right.
  class [[nodiscard]] Element {
   public:
    Element(Html& html, Tag tag, std::initializer_list<Attribute> attributes = {});
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;
    ~Element();

   private:
    friend class Html;
    struct Started {};
    Element(Started, Html& html, std::string_view tag) : html_(html), tag_(tag) {}
    Html& html_;
    std::string_view tag_;
  };

  Element element(Tag tag, std::initializer_list<Attribute> attributes = {});
  /// <a href=…>
  Element link(const Url& to, std::initializer_list<Attribute> attributes = {});
  /// An element without content and end tag (meta, br).
  Html& empty_element(Tag tag, std::initializer_list<Attribute> attributes = {});
  /// An element that holds one text.
  Html& leaf(Tag tag, std::string_view text, std::initializer_list<Attribute> attributes = {});
  /// Text on one line.
  Html& text(std::string_view text);
  /// Text whose line feeds stay, for <pre>.
  Html& lines(std::string_view text);
  /// A part that another Html has built.
  Html& add(const Html& part);
  /// "<!DOCTYPE html>".
  Html& doctype();
  /// The style sheet of the page, a constant of this program.
  Html& stylesheet(Literal css);

  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  void start(std::string_view tag, std::initializer_list<Attribute> attributes);
  void attribute(std::string_view name, std::string_view value);
  void escaped(std::string_view displayable_text);

  std::string out_;
};

}  // namespace tally::report
