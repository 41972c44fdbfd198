// tallystick-verify: the verifier alone, for whoever checks a log on a machine that has nothing of ours. It is linked
// statically and reads nothing but what it is given; everything is in daemon/verifier.
#include <fmt/format-inl.h>

#include <iostream>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/clock.h"
#include "daemon/verifier/verifier.h"

// Debian has no static library of fmt: what it would hold is made here, as fmt's own src/format.cc does.
FMT_BEGIN_NAMESPACE
namespace detail {
template FMT_API auto dragonbox::to_decimal(float x) noexcept -> dragonbox::decimal_fp<float>;
template FMT_API auto dragonbox::to_decimal(double x) noexcept -> dragonbox::decimal_fp<double>;
template FMT_API locale_ref::locale_ref(const std::locale& loc);
template FMT_API auto locale_ref::get<std::locale>() const -> std::locale;
template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;
template FMT_API void buffer<char>::append(const char*, const char*);
template FMT_API void vformat_to(buffer<char>&, string_view, basic_format_args<FMT_BUFFER_CONTEXT(char)>, locale_ref);
}  // namespace detail
FMT_END_NAMESPACE

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int code =
      tally::verifier::run("tallystick-verify", words, tally::pipeline::wall_clock(), std::cout, std::cerr);
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "tallystick-verify: standard output could not be written to its end: do not use what is there\n";
  return code == tally::control::kNothingFound ? tally::control::kNotEverythingSeen : code;
}
