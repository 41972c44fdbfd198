#include "policy/cel/fact_reader.h"

#include <cstring>

#include "policy/base/assert.h"

namespace tally::cel {
namespace {

Type type_of(const BoolView&) { return Type::boolean(); }
Type type_of(const FlagView&) { return Type::boolean(); }
Type type_of(const TimeView&) { return Type::timestamp(); }
Type type_of(const IntView&) { return Type::integer(); }
Type type_of(const UintView&) { return Type::uinteger(); }
Type type_of(const RealView&) { return Type::real(); }
Type type_of(const DurationView&) { return Type::duration(); }
Type type_of(const TextView&) { return Type::string(); }
Type type_of(const TextListView&) { return Type::list_of(Kind::string); }
Type type_of(const IntListView&) { return Type::list_of(Kind::integer); }

template <class View>
std::size_t rows_of(const View& view) {
  if constexpr (requires { view.offsets; })
    return view.offsets.empty() ? 0 : view.offsets.size() - 1;
  else
    return view.values.size();
}

}  // namespace

FactReader::FactReader(std::uint32_t fact, const Type& type, const FactColumn& column, std::size_t rows,
                       ReasonPool& reasons)
    : fact_(fact), column_(column), reasons_(reasons) {
  const bool linked = !column.through.rows.empty();
  TALLY_ASSERT(std::visit([&](const auto& view) { return type_of(view) == type; }, column.values));
  TALLY_ASSERT(linked ? column.through.rows.size() >= rows
                      : std::visit([&](const auto& view) { return rows_of(view) >= rows; }, column.values));
  if (linked) no_link_ = reasons.missing(fact, column.through.missing);
}

ReasonSetId FactReader::reason_at(std::size_t source) {
  const ReasonView& view = column_.reasons;
  const base::TextId id = source < view.ids.size() ? view.ids[source] : base::TextId{};
  if (!id.valid() || view.pool == nullptr) return reasons_.missing(fact_, "");
  Seen& seen = seen_[id.index() % seen_.size()];
  if (seen.id != id) seen = {id, reasons_.missing(fact_, view.pool->view(id))};
  return seen.set;
}

/// `read(source, lane)` reads one value and tells whether it is known.
template <class Read>
void FactReader::load_rows(std::size_t first_row, Selection lanes, Register& out, Read read) {
  out.any_unknown = false;
  const std::uint32_t* links = column_.through.rows.data();
  if (column_.through.rows.empty()) {
    each_lane(lanes, [&](std::size_t lane) {
      if (!read(first_row + lane, lane)) out.set_unknown(lane, reason_at(first_row + lane));
    });
    return;
  }
  each_lane(lanes, [&](std::size_t lane) {
    const std::uint32_t source = links[first_row + lane];
    if (source == Through::kNoRow) {
      out.set_unknown(lane, no_link_);
    } else if (!read(source, lane)) {
      out.set_unknown(lane, reason_at(source));
    }
  });
}

/// For views that do not say themselves what is unknown: a reason does.
template <class Read>
void FactReader::load_known(std::size_t first_row, Selection lanes, Register& out, Read read) {
  const Strided<base::TextId>& reasons = column_.reasons.ids;
  if (reasons.size() == 0) {
    return load_rows(first_row, lanes, out, [&](std::size_t source, std::size_t lane) {
      read(source, lane);
      return true;
    });
  }
  load_rows(first_row, lanes, out, [&](std::size_t source, std::size_t lane) {
    if (source < reasons.size() && reasons[source].valid()) return false;
    read(source, lane);
    return true;
  });
}

/// The truths of the rows as they stand, where all are known; false when they are not.
bool FactReader::load_plain(const BoolView& view, std::size_t first_row, Selection lanes, Register& out) {
  const std::uint8_t* const values = view.values.plain();
  const std::size_t count = lanes.size();
  const bool gapless = count > 0 && count == std::size_t{lanes.back()} + 1;
  if (values == nullptr || !gapless || !column_.through.rows.empty()) return false;
  if (std::memchr(values + first_row, kBoolUnknown, count) != nullptr) return false;
  std::memcpy(out.flags.data(), values + first_row, count);
  out.any_unknown = false;
  return true;
}

void FactReader::load_view(const BoolView& view, std::size_t first_row, Selection lanes, Register& out) {
  if (load_plain(view, first_row, lanes, out)) return;
  load_rows(first_row, lanes, out,
            [values = view.values, flags = out.flags.data()](std::size_t source, std::size_t lane) {
              const std::uint8_t value = values[source];
              flags[lane] = value == kBoolYes;
              return value == kBoolYes || value == kBoolNo;
            });
}

void FactReader::load_view(const FlagView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_rows(first_row, lanes, out, [view, flags = out.flags.data()](std::size_t source, std::size_t lane) {
    const std::uint8_t value = view.at(source);
    flags[lane] = value == kBoolYes;
    return value != kBoolUnknown;
  });
}

void FactReader::load_view(const TimeView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_rows(first_row, lanes, out, [view, times = out.times.data()](std::size_t source, std::size_t lane) {
    const std::uint8_t state = view.states[source];
    times[lane] = Interval::of(state == kTimeKnown ? view.values[source] : kNever);
    return state == kTimeKnown || state == kTimeNever;
  });
}

void FactReader::load_view(const IntView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, std::size_t lane) { out.ints[lane] = view.values[source]; });
}

void FactReader::load_view(const UintView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, std::size_t lane) { out.uints[lane] = view.values[source]; });
}

void FactReader::load_view(const RealView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, std::size_t lane) { out.reals[lane] = view.values[source]; });
}

void FactReader::load_view(const DurationView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, std::size_t lane) { out.times[lane] = Interval::of(view.values[source]); });
}

void FactReader::load_view(const TextView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, std::size_t lane) { out.texts[lane] = view.pool->view(view.values[source]); });
}

void FactReader::load_view(const TextListView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, std::size_t lane) {
    out.lists[lane] = {view.offsets[source], view.offsets[source + 1] - view.offsets[source]};
  });
}

void FactReader::load_view(const IntListView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, std::size_t lane) {
    out.lists[lane] = {view.offsets[source], view.offsets[source + 1] - view.offsets[source]};
  });
}

void FactReader::load(std::size_t first_row, Selection lanes, Register& out) {
  std::visit([&](const auto& view) { load_view(view, first_row, lanes, out); }, column_.values);
}

const std::uint32_t* FactReader::load_texts(std::size_t first_row, Selection lanes,
                                            PerLane<std::uint32_t>& room) const {
  const Strided<base::TextId> texts = std::get<TextView>(column_.values).values, reasons = column_.reasons.ids;
  const std::uint32_t* const links = column_.through.rows.empty() ? nullptr : column_.through.rows.data();
  static_assert(sizeof(base::TextId) == sizeof kNoText && !base::TextId().valid());
  if (texts.plain() != nullptr && links == nullptr && reasons.size() == 0) {
    return reinterpret_cast<const std::uint32_t*>(texts.plain() + first_row);
  }
  std::uint32_t* const numbers = room.data();
  each_lane(lanes, [=](std::size_t lane) {
    const std::size_t source = links == nullptr ? first_row + lane : links[first_row + lane];
    const bool known = (links == nullptr || source != Through::kNoRow) &&
                       (source >= reasons.size() || !reasons[source].valid()) && texts[source].valid();
    numbers[lane] = known ? texts[source].index() : kNoText;
  });
  return numbers;
}

void FactReader::load_element(std::uint64_t position, std::size_t lane, Register& out) const {
  if (const auto* texts = std::get_if<TextListView>(&column_.values)) {
    out.texts[lane] = texts->pool->view(texts->elements[position]);
  } else {
    out.ints[lane] = std::get<IntListView>(column_.values).elements[position];
  }
}

}  // namespace tally::cel
