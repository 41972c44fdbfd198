// Rows for the judge: random facts as the naive evaluator reads them, and as columns of a Table.
//
//   std::vector<Reference::Row> rows{any_row(random), any_row(random)};
//   fill(table, rows, links);
//   spell(program.evaluate(table.columns, rows.size()), 0) == spell(Reference(tree, rows[0], kShared).run())
#pragma once

#include <algorithm>
#include <random>

#include "policy/cel/interval.h"
#include "tests/unit/policy/cel/reference_evaluator.h"
#include "tests/unit/policy/cel/table.h"

namespace tally::cel::test {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }
template <class T>
T pick(Random& random, const std::vector<T>& from) {
  return from[below(random, from.size())];
}

inline constexpr std::int64_t kDay = 86'400'000'000;
inline const std::int64_t kStart = at("2026-01-01T00:00:00Z").time_since_epoch().count();
inline const std::vector<std::string> kTexts{"", "a", "Ab", "abc", "É"};
inline const std::vector<std::int64_t> kInts{0, 1, 2, -1, 7, std::numeric_limits<std::int64_t>::max()};

inline const std::vector<double> kReals{0.0, 1.0, -1.5, 7.0, 9223372036854775808.0};
inline const std::vector<std::uint64_t> kNaturals{0, 1, 7, std::numeric_limits<std::uint64_t>::max()};

/// What is the same for all rows: reasons are not about it.
inline const std::set<std::string> kShared{"now", "m"};
inline Value shared_map() {
  return *Value::map({{Value::text("a"), Value::integer(1)},
                      {Value::text("Ab"), Value::list({Value::integer(7), Value::text("a")})},
                      {Value::integer(2), Value::moment(base::Instant{base::Duration{kStart}})}});
}
inline Span nanoseconds(std::int64_t low, std::int64_t high) {
  return {Nanoseconds{low} * kNanosecondsPerMicrosecond, Nanoseconds{high} * kNanosecondsPerMicrosecond};
}
inline std::int64_t microseconds(Nanoseconds at) { return static_cast<std::int64_t>(at / kNanosecondsPerMicrosecond); }

inline Cell known(decltype(Cell::data) data, bool timestamp = false) { return {std::move(data), {}, timestamp}; }
inline Cell missing(const std::string& name) { return {{}, {{ReasonKind::missing, name}}, false}; }

inline Cell any_value(Random& random, const std::string& name) {
  const auto day = [&] { return kStart + static_cast<std::int64_t>(below(random, 4)) * kDay; };
  if (name[0] == 'b') return known(below(random, 2) == 0);
  if (name[0] == 'i' && name != "ints") return known(pick(random, kInts));
  if (name == "u1") return known(pick(random, kNaturals));
  if (name == "d1") return known(pick(random, kReals));
  if (name == "m") return boxed(shared_map());
  if (name == "g1") {
    const auto span = static_cast<std::int64_t>(below(random, 3)) * kDay;
    return known(nanoseconds(span, span));
  }
  if (name == "now") return known(nanoseconds(kStart + 2 * kDay, kStart + 2 * kDay), true);
  if (name == "t1" || name == "t2") {
    if (below(random, 4) == 0) return known(nanoseconds(Interval::kOpenHigh, Interval::kOpenLow), true);
    const std::int64_t start = day();
    return known(nanoseconds(start, start), true);
  }
  if (name == "texts" || name == "ints") {
    std::vector<Cell> cells;
    for (std::size_t n = below(random, 4); n > 0; --n) {
      cells.push_back(name == "texts" ? known(pick(random, kTexts)) : known(pick(random, kInts)));
    }
    return known(cells);
  }
  return known(pick(random, kTexts));
}

inline const std::vector<std::string> kNames{"b1", "b2",    "i1",   "i2",   "s1",  "s2", "t1", "t2",
                                             "g1", "texts", "ints", "p.s3", "now", "u1", "d1", "m"};

/// A row in which a quarter of the facts is unknown and half of the moments are imprecise.
inline Reference::Row any_row(Random& random) {
  Reference::Row row;
  for (const std::string& name : kNames) {
    row[name] = kShared.count(name) == 0 && below(random, 4) == 0 ? missing(name) : any_value(random, name);
    auto* span = std::get_if<Span>(&row[name].data);
    if (span != nullptr && row[name].timestamp && name != "now" && span->low <= span->high && below(random, 2) == 0) {
      span->high += Nanoseconds{kDay} * kNanosecondsPerMicrosecond * static_cast<std::int64_t>(below(random, 3));
    }
  }
  return row;
}

/// A world that fits the row: every unknown gets a value, every imprecise moment one of its moments.
inline Reference::Row any_world(Random& random, const Reference::Row& row) {
  Reference::Row world = row;
  for (auto& [name, cell] : world) {
    if (!cell.known()) cell = any_value(random, name);
    auto* span = std::get_if<Span>(&cell.data);
    if (span == nullptr || span->low >= span->high) continue;
    constexpr Nanoseconds kOneDay = Nanoseconds{kDay} * kNanosecondsPerMicrosecond;
    const auto days = static_cast<std::size_t>((span->high - span->low) / kOneDay);
    span->low += kOneDay * static_cast<std::int64_t>(below(random, days + 1));
    span->high = span->low;
  }
  return world;
}

template <class T>
std::vector<std::optional<T>> column(const std::vector<Reference::Row>& rows, const std::string& name) {
  std::vector<std::optional<T>> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    values.push_back(cell.known() ? std::optional<T>(std::get<T>(cell.data)) : std::nullopt);
  }
  return values;
}

template <class T>
std::vector<std::optional<std::vector<T>>> list_column(const std::vector<Reference::Row>& rows,
                                                       const std::string& name) {
  std::vector<std::optional<std::vector<T>>> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    values.emplace_back();
    if (!cell.known()) continue;
    values.back().emplace();
    for (const Cell& element : std::get<std::vector<Cell>>(cell.data))
      values.back()->push_back(std::get<T>(element.data));
  }
  return values;
}

inline std::vector<Moment> moments(const std::vector<Reference::Row>& rows, const std::string& name) {
  std::vector<Moment> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    const Span span = cell.known() ? std::get<Span>(cell.data) : Span{0, 0};
    values.push_back(!cell.known()          ? unknown_moment()
                     : span.low > span.high ? never()
                                            : between(base::Instant{base::Duration{microseconds(span.low)}},
                                                      base::Instant{base::Duration{microseconds(span.high)}}));
  }
  return values;
}

inline void fill(Table& table, const std::vector<Reference::Row>& rows, std::vector<std::uint32_t>& reversed) {
  for (const char* name : {"b1", "b2"}) table.booleans(name, column<bool>(rows, name));
  for (const char* name : {"i1", "i2"}) table.integers(name, column<std::int64_t>(rows, name));
  for (const char* name : {"s1", "s2"}) table.texts(name, column<std::string>(rows, name));
  for (const char* name : {"t1", "t2"}) table.times(name, moments(rows, name));
  std::vector<std::optional<base::Duration>> spans;
  for (const auto& span : column<Span>(rows, "g1")) {
    spans.push_back(span ? std::optional(base::Duration{microseconds(span->low)}) : std::nullopt);
  }
  table.durations("g1", spans);
  table.text_lists("texts", list_column<std::string>(rows, "texts"));
  table.int_lists("ints", list_column<std::int64_t>(rows, "ints"));
  table.uintegers("u1", column<std::uint64_t>(rows, "u1"));
  table.reals("d1", column<double>(rows, "d1"));
  table.shared("m", shared_map());
  table.shared("now", Value::moment(base::Instant{base::Duration{kStart + 2 * kDay}}));
  // p.s3 is read through a link: its table has the rows in reverse, and rows without a value have no link.
  auto linked = column<std::string>(rows, "p.s3");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    reversed.push_back(linked[row] ? static_cast<std::uint32_t>(rows.size() - 1 - row) : Through::kNoRow);
  }
  std::reverse(linked.begin(), linked.end());
  table.texts("p.s3", linked, Through{reversed, "no link"});
}

inline std::string spell(bool is_known, bool value, const std::set<Why>& why) {
  if (is_known) return value ? "yes" : "no";
  std::string text = "unknown";
  for (const Why& one : why) text += " | " + std::string(to_string(one.kind)) + " " + one.about;
  return text;
}
inline std::string spell(const Cell& cell) {
  return spell(cell.known(), cell.known() && std::get<bool>(cell.data), cell.why);
}
inline std::string spell(const TruthColumn& column, std::size_t row) {
  std::set<Why> why;
  for (const Reason& reason : column.reasons(column.reason_set(row))) why.insert({reason.kind, reason.fact});
  return spell(column.at(row) != Truth::unknown, column.at(row) == Truth::yes, why);
}

}  // namespace tally::cel::test
