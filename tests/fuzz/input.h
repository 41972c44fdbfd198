// Input: the bytes of one fuzz execution, taken apart from the front: a few bytes choose, the rest is the text.
//
//   Input input(data, size);
//   options.delimiter = ",;\t|"[input.byte() % 4];
//   reader.feed(input.rest());
//
// Not random numbers: the same bytes always make the same choices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tally::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : bytes_(reinterpret_cast<const char*>(data), size) {}

  /// The next byte; 0 once all are taken.
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return first;
  }
  /// Two bytes, the high one first.
  std::uint16_t word() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }
  /// At most `size` bytes, fewer when they are not there.
  std::string_view take(std::size_t size) {
    const std::string_view front = bytes_.substr(0, size);
    bytes_.remove_prefix(front.size());
    return front;
  }
  [[nodiscard]] std::string_view rest() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace tally::fuzz
