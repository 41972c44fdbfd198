#include "policy/rules/words.h"

#include <array>

namespace tally::rules {
namespace {

constexpr std::array kSeverities{model::Severity::low, model::Severity::medium, model::Severity::high,
                                 model::Severity::critical};
constexpr std::array kStates{State::draft, State::shadow, State::active};
constexpr std::array kSubjects{model::SubjectKind::account,    model::SubjectKind::person, model::SubjectKind::group,
                               model::SubjectKind::membership, model::SubjectKind::source, model::SubjectKind::run};

template <class List>
auto named(const List& list, std::string_view word) -> std::optional<typename List::value_type> {
  for (const auto value : list) {
    if (word == to_string(value)) return value;
  }
  return std::nullopt;
}

template <class List>
std::vector<std::string_view> words_of(const List& list) {
  std::vector<std::string_view> words;
  for (const auto value : list) words.push_back(to_string(value));
  return words;
}

}  // namespace

std::string_view to_string(State state) {
  static constexpr std::array<std::string_view, 3> kWords{"draft", "shadow", "active"};
  return kWords[static_cast<std::size_t>(state)];
}

std::optional<model::Severity> severity_of(std::string_view word) { return named(kSeverities, word); }
std::vector<std::string_view> severity_words() { return words_of(kSeverities); }
std::optional<State> state_of(std::string_view word) { return named(kStates, word); }
std::vector<std::string_view> state_words() { return words_of(kStates); }
std::vector<std::string_view> subject_words() { return words_of(kSubjects); }

}  // namespace tally::rules
