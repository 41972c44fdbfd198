// A hostile line on the service's socket, from either side, and the words of the commands in it; and text that is cut
// into pieces for the socket.
#include <string>

#include "daemon/control/audit_request.h"
#include "daemon/control/decision_request.h"
#include "daemon/control/offboarding_request.h"
#include "daemon/control/protocol.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::control {
namespace {

/// What was understood of a command's words, written as words again, is understood as the same.
template <class Parse>
void check_words(const std::map<std::string, std::string>& words, Parse parse) {
  const auto understood = parse(words);
  if (!understood) {
    TALLY_ASSERT(understood.error().kind == base::ErrorKind::malformed && !understood.error().message.empty());
    return;
  }
  const auto written = words_of(*understood);
  const auto again = parse(written);
  TALLY_ASSERT(again && words_of(*again) == written);
}

void requests(std::string_view line) {
  const auto request = parse_request(line);
  if (!request) {
    TALLY_ASSERT(!request.error().message.empty());
    return;
  }
  TALLY_ASSERT(line.size() <= kMaxRequestBytes);
  const std::string written = encode(*request);
  TALLY_ASSERT(written.find('\n') == std::string::npos);
  const auto again = parse_request(written);
  TALLY_ASSERT(again && encode(*again) == written);
  TALLY_ASSERT(again->command == request->command && again->arguments == request->arguments);
  TALLY_ASSERT(again->config == request->config && again->width == request->width);
  check_words(request->arguments, parse_audit_request);
  check_words(request->arguments, parse_decision_request);
  check_words(request->arguments, parse_offboarding_request);
}

void answers(std::string_view line) {
  const auto answer = parse_answer(line);
  if (!answer) {
    TALLY_ASSERT(!answer.error().message.empty());
    return;
  }
  const std::string written = encode(*answer);
  TALLY_ASSERT(written.find('\n') == std::string::npos);
  const auto again = parse_answer(written);
  TALLY_ASSERT(again && again->kind == answer->kind && again->text == answer->text && again->code == answer->code);
}

/// Whatever text is to be shown comes through the socket, in its order.
void texts(std::string_view text) {
  std::string all;
  for (const std::string_view piece : pieces(text)) {
    TALLY_ASSERT(!piece.empty() && piece.size() <= kPieceBytes);
    all += piece;
    const std::string line = encode(Answer{Answer::Kind::out, std::string(piece), 0});
    TALLY_ASSERT(line.size() <= kMaxAnswerBytes && parse_answer(line));
  }
  TALLY_ASSERT(all == text);
}

}  // namespace
}  // namespace tally::control

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::control;
  tally::fuzz::Input input(data, size);
  const std::uint8_t which = input.byte();
  const std::string_view text = input.rest();
  switch (which % 3U) {
    case 0: requests(text); break;
    case 1: answers(text); break;
    default: texts(text); break;
  }
  return 0;
}
