// Maker: makes the company that rules are measured with (company.h), table by table. Inner to it.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/policy/rules/company.h"

namespace tally::bench {

inline constexpr std::uint32_t kHr = 0, kActiveDirectory = 1, kOpenLdap = 2, kPlant = 3;  // sources
inline constexpr std::array kTitles{"Engineer", "Accountant", "Nurse", "Buyer", "Analyst", "System Administrator"};

class Maker {
 public:
  explicit Maker(std::size_t accounts);
  Company run();

 private:
  // ---- chance
  bool once_in(std::uint64_t n) { return random_() % n == 0; }
  std::int64_t between(std::int64_t low, std::int64_t high);
  base::Instant ago(std::int64_t low, std::int64_t high);

  // ---- facts
  base::TextId word(std::string_view text) { return s_.text.intern(text); }
  base::TextId text(std::string_view text) { return s_.text.add(text); }
  model::TimeFact on(base::Instant at, std::string_view basis);
  model::TimeFact somewhere(base::Instant at, std::string_view basis);
  void source(const char* name, model::SourceKind kind, const char* connector);
  static std::string_view suffix(std::uint32_t source);

  // ---- groups: 1 in 20 accounts; the first ones mean power, four are nested in them, two of those in a circle
  static constexpr std::uint32_t kOfPower = 12;
  static constexpr std::uint32_t kSpecial = 20;
  model::GroupId group(std::uint32_t source, std::string_view name, std::string_view sid);
  void add_groups();
  void nest_groups();
  void own_groups();

  // ---- people: HR lists them in another order than the directories
  void add_people();
  std::size_t person();
  std::size_t add_person();
  void employ(std::size_t i);
  [[nodiscard]] bool left(std::size_t person) const { return s_.people.status[person] == model::Employment::left; }

  // ---- accounts
  struct Account {
    std::size_t row = 0;
    std::uint32_t source = kHr;
  };
  std::uint32_t any_directory();
  Account account(std::uint32_t source, std::string_view login);
  Account of(std::size_t who, std::uint32_t source, const std::string& login);
  void signed_in(std::size_t row, std::uint32_t source, base::Instant at);
  void disable(std::size_t row);
  void start(std::size_t row);
  void leave(const Account& account, std::size_t who);
  void join(const Account& account, std::size_t ordinary, std::vector<std::uint32_t> special = {});
  std::size_t some_groups() { return static_cast<std::size_t>(between(2, 18)); }
  void add_one();
  void add_worker();
  void add_admin(std::size_t who, std::uint32_t source);
  void add_orphan();
  void add_ambiguous();
  void add_general_name();
  void add_service();
  void add_computer();
  void add_built_in();

  std::size_t goal_;
  std::mt19937_64 random_{1};
  Company c_;
  model::Snapshot& s_ = c_.snapshot;
  std::vector<std::size_t> waiting_;                          ///< people who have no account yet
  std::array<std::uint32_t, 4> first_group_{}, groups_of_{};  ///< by source
};

}  // namespace tally::bench
