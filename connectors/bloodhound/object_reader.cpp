#include "connectors/bloodhound/object_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace tally::bloodhound {
namespace {

using base::ErrorKind;
using Json = nlohmann::json;
using Kind = Property::Kind;

constexpr std::size_t kChunk = 128U << 10U;

/// The bytes one by one, with their place. Ends early, with a reason, at a limit.
class Stream {
 public:
  explicit Stream(ByteSource& bytes) : bytes_(bytes), chunk_(kChunk, '\0') { fill(); }

  [[nodiscard]] bool at_end() const { return next_ == size_; }
  [[nodiscard]] char current() const { return chunk_[next_]; }
  void advance() {
    if (std::exchange(line_ended_, chunk_[next_] == '\n')) {
      ++line_;
      column_ = 0;
    }
    ++column_;
    if (++since_token_ > kMaxValueBytes) return stop(ErrorKind::limit, "a value is longer than 4 MiB");
    if (object_ && ++in_object_ > kMaxObjectBytes) return stop(ErrorKind::limit, "an object is longer than 512 MiB");
    if (++next_ == size_) fill();
  }
  void token() { since_token_ = 0; }
  void object(bool inside) {
    object_ = inside;
    in_object_ = 0;
  }
  void stop(ErrorKind kind, std::string why) {
    if (!error_) error_ = base::Error{kind, fmt::format("{}: {}", place(), why)};
    next_ = size_ = 0;
    ended_ = true;
  }
  /// Of the byte read last.
  [[nodiscard]] std::string place() const { return fmt::format("line {}, column {}", line_, column_); }
  [[nodiscard]] std::uint64_t line() const { return line_; }
  [[nodiscard]] const std::optional<base::Error>& error() const { return error_; }

 private:
  void fill() {
    next_ = size_ = 0;
    if (ended_) return;
    const auto got = bytes_.read(chunk_.data(), chunk_.size());
    if (!got) error_ = got.error();
    ended_ = !got || *got == 0;
    size_ = ended_ ? 0 : *got;
  }

  ByteSource& bytes_;
  std::string chunk_;
  std::size_t next_ = 0, size_ = 0;
  bool ended_ = false, object_ = false, line_ended_ = false;
  std::uint64_t line_ = 1, column_ = 0, since_token_ = 0, in_object_ = 0;
  std::optional<base::Error> error_;
};

/// What the parser takes for a pair of iterators.
class Bytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  Bytes() = default;
  explicit Bytes(Stream& stream) : stream_(&stream) {}
  char operator*() const { return stream_->current(); }
  Bytes& operator++() {
    stream_->advance();
    return *this;
  }
  Bytes operator++(int) {  // NOLINT(cert-dcl21-cpp): an input iterator has it
    Bytes before = *this;
    stream_->advance();
    return before;
  }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.ended() == b.ended(); }
  friend bool operator!=(const Bytes& a, const Bytes& b) { return !(a == b); }

 private:
  [[nodiscard]] bool ended() const { return stream_ == nullptr || stream_->at_end(); }
  Stream* stream_ = nullptr;
};

/// Takes the parser's events and keeps what an Object has. Where we are is the list of names and lists around us:
/// {data [ { Properties { name [ : depth 1 to 5.
class Handler {
 public:
  Handler(Stream& stream, const std::function<void(Object&)>& each) : stream_(stream), each_(each) {}

  ReadFile result;
  bool wrong_top = false, cut = false;

  bool null() { return scalar(Kind::null, {}); }
  bool boolean(bool value) { return scalar(Kind::boolean, value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return scalar(Kind::number, std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return scalar(Kind::number, std::to_string(value)); }
  bool number_float(double /*value*/, const std::string& written) { return scalar(Kind::number, written); }
  bool string(std::string& value) { return scalar(Kind::text, std::move(value)); }
  bool binary(const Json::binary_t& /*value*/) { return false; }  // JSON has none
  bool key(std::string& name) {
    stream_.token();
    frames_.back().key = std::move(name);
    return true;
  }
  bool start_object(std::size_t /*elements*/) { return open(false); }
  bool end_object() { return close(); }
  bool start_array(std::size_t /*elements*/) { return open(true); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& why) {
    cut = std::string_view(why.what()).find("unexpected end of input") != std::string_view::npos;
    return false;
  }

 private:
  struct Frame {
    bool list = false;
    std::string key;  ///< the name read last
  };

  [[nodiscard]] bool in_data() const { return frames_.size() >= 2 && frames_[1].list && frames_[0].key == "data"; }
  [[nodiscard]] bool in_object() const { return frames_.size() >= 3 && in_data() && !frames_[2].list; }
  [[nodiscard]] const std::string& part() const { return frames_[2].key; }
  [[nodiscard]] bool in_list_of_things() const {
    return part() == "Members" || part() == "Aces" || part() == "AllowedToAct" || part() == "Links";
  }

  bool open(bool list) {
    stream_.token();
    if (frames_.size() == kMaxDepth) {
      stream_.stop(ErrorKind::limit, fmt::format("more than {} levels", kMaxDepth));
      return false;
    }
    if (frames_.empty() && list) {
      wrong_top = true;
      return false;
    }
    if (in_object()) open_inside(list);
    frames_.push_back({list, {}});
    if (frames_.size() == 2 && list && frames_[0].key == "data") result.has_data = true;
    if (frames_.size() == 2 && !list && frames_[0].key == "meta") result.meta.emplace();
    if (frames_.size() == 3 && in_data()) begin_element(list);
    return true;
  }

  void begin_element(bool list) {
    ++result.objects;
    stream_.object(true);
    object_ = Object{};
    object_.number = result.objects;
    object_.line = stream_.line();
    if (list) object_.troubles.emplace_back("it is a list, no object");
  }

  /// An object or list begins inside an object of `data`.
  void open_inside(bool list) {
    if (frames_.size() == 3) {
      if (list && part() == "Members") object_.members_told = true;
      if (list && part() == "Aces") object_.aces_told = true;
      if (list && part() == "AllowedToAct") object_.act_told = true;
      if (list ? part() == "Properties" : in_list_of_things())
        object_.troubles.push_back(fmt::format("{} is no {}", part(), list ? "object" : "list"));
      if (part() == "ObjectIdentifier" || part() == "PrimaryGroupSID" || part() == "IsDeleted" ||
          part() == "IsACLProtected")
        object_.troubles.push_back(fmt::format("{} is no single value", part()));
    } else if (frames_.size() == 4 && part() == "Properties" && !frames_[3].list) {
      object_.properties.push_back({frames_[3].key, list ? Kind::list : Kind::other, {}, {}});
    } else if (frames_.size() == 4 && frames_[3].list && in_list_of_things()) {
      if (list) object_.troubles.push_back(fmt::format("{} has a list for an element", part()));
      begin_thing();
    }
  }

  void begin_thing() {
    if (part() == "Members") object_.members.emplace_back();
    if (part() == "Aces") object_.aces.emplace_back();
    if (part() == "Links") object_.links.emplace_back();
    if (part() == "AllowedToAct") ++object_.may_act;
  }

  bool close() {
    stream_.token();
    frames_.pop_back();
    if (frames_.size() == 2 && in_data()) finish_element();
    return true;
  }

  void finish_element() {
    stream_.object(false);
    if (each_) each_(object_);
  }

  bool scalar(Kind kind, std::string text) {
    stream_.token();
    if (frames_.empty()) {
      wrong_top = true;
      return false;
    }
    if (frames_.size() == 2 && !frames_[1].list && frames_[0].key == "meta") return meta(kind, text);
    if (frames_.size() == 2 && in_data()) {
      begin_element(false);
      object_.troubles.emplace_back("it is a single value, no object");
      finish_element();
    } else if (in_object()) {
      inside(kind, std::move(text));
    }
    return true;
  }

  void inside(Kind kind, std::string text) {
    if (frames_.size() == 3) return of_object(kind, std::move(text));
    if (part() == "Properties" && !frames_[3].list) {
      if (frames_.size() == 4) object_.properties.push_back({frames_[3].key, kind, std::move(text), {}});
      if (frames_.size() == 5 && frames_[4].list && kind != Kind::null)
        object_.properties.back().list.push_back(std::move(text));
    } else if (frames_[3].list && in_list_of_things()) {
      if (frames_.size() == 4) object_.troubles.push_back(fmt::format("{} has a single value for an element", part()));
      if (frames_.size() == 5 && !frames_[4].list) of_thing(kind, std::move(text));
    }
  }

  void of_object(Kind kind, std::string text) {
    const auto expect = [&](Kind wanted, std::string_view what) {
      if (kind != wanted && kind != Kind::null) object_.troubles.push_back(fmt::format("{} is no {}", part(), what));
      return kind == wanted;
    };
    if (part() == "ObjectIdentifier" && expect(Kind::text, "text"))
      object_.id = std::move(text);
    else if (part() == "PrimaryGroupSID" && expect(Kind::text, "text"))
      object_.primary_group = std::move(text);
    else if (part() == "IsDeleted" && expect(Kind::boolean, "truth value"))
      object_.deleted = text == "true";
    else if (part() == "IsACLProtected" && expect(Kind::boolean, "truth value"))
      object_.list_protected = text == "true";
    else if (part() == "Properties")
      expect(Kind::other, "object");
    else if (in_list_of_things())
      expect(Kind::list, "list");
  }

  void of_thing(Kind kind, std::string text) {
    const std::string& name = frames_[4].key;
    if (part() == "Links" && name == "IsEnforced") object_.links.back().enforced = text == "true";
    if (kind != Kind::text) return;
    if (part() == "Links" && name == "GUID") object_.links.back().policy = std::move(text);
    if (part() == "Members" && name == "ObjectIdentifier") object_.members.back() = std::move(text);
    if (part() == "Aces" && name == "PrincipalSID") object_.aces.back().holder = std::move(text);
    if (part() == "Aces" && name == "RightName") object_.aces.back().right = std::move(text);
  }

  bool meta(Kind kind, const std::string& text) {
    const std::string& name = frames_[1].key;
    if (name == "type" && kind == Kind::text) result.meta->type = text;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (kind != Kind::number || error != std::errc{} || end != text.data() + text.size()) return true;
    if (name == "methods") result.meta->methods = number;
    if (name == "count") result.meta->count = number;
    if (name == "version") result.meta->version = static_cast<std::int64_t>(std::min<std::uint64_t>(number, 1'000'000));
    return true;
  }

  Stream& stream_;
  const std::function<void(Object&)>& each_;
  std::vector<Frame> frames_;
  Object object_;
};

}  // namespace

base::Result<ReadFile> read_objects(ByteSource& bytes, const std::function<void(Object&)>& each) {
  Stream stream(bytes);
  Handler handler(stream, each);
  const bool read = Json::sax_parse(Bytes(stream), Bytes(), &handler);
  if (stream.error()) return tl::unexpected(*stream.error());
  if (handler.wrong_top) return base::failure(ErrorKind::malformed, stream.place() + ": the file is no JSON object");
  if (read) return std::move(handler.result);
  if (handler.cut) return base::failure(ErrorKind::malformed, stream.place() + ": the file ends in the middle");
  return base::failure(ErrorKind::malformed, stream.place() + ": what stands here is no JSON");
}

}  // namespace tally::bloodhound
