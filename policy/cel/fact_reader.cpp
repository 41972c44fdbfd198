#include "policy/cel/fact_reader.h"

#include "policy/base/assert.h"

namespace tally::cel {
namespace {

Type type_of(const BoolView&) { return Type::boolean(); }
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
  const auto& links = column_.through.rows;
  if (links.empty()) {
    for (const Lane lane : lanes) {
      if (!read(first_row + lane, lane)) out.set_unknown(lane, reason_at(first_row + lane));
    }
    return;
  }
  for (const Lane lane : lanes) {
    const std::uint32_t source = links[first_row + lane];
    if (source == Through::kNoRow) {
      out.set_unknown(lane, no_link_);
    } else if (!read(source, lane)) {
      out.set_unknown(lane, reason_at(source));
    }
  }
}

/// For views that do not say themselves what is unknown: a reason does.
template <class Read>
void FactReader::load_known(std::size_t first_row, Selection lanes, Register& out, Read read) {
  const Strided<base::TextId>& reasons = column_.reasons.ids;
  load_rows(first_row, lanes, out, [&](std::size_t source, Lane lane) {
    if (source < reasons.size() && reasons[source].valid()) return false;
    read(source, lane);
    return true;
  });
}

void FactReader::load_view(const BoolView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_rows(first_row, lanes, out, [&](std::size_t source, Lane lane) {
    const std::uint8_t value = view.values[source];
    out.flags[lane] = value == kBoolYes;
    return value == kBoolYes || value == kBoolNo;
  });
}

void FactReader::load_view(const TimeView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_rows(first_row, lanes, out, [&](std::size_t source, Lane lane) {
    const std::uint8_t state = view.states[source];
    out.times[lane] = Interval::of(state == kTimeKnown ? view.values[source] : kNever);
    return state == kTimeKnown || state == kTimeNever;
  });
}

void FactReader::load_view(const IntView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, Lane lane) { out.ints[lane] = view.values[source]; });
}

void FactReader::load_view(const UintView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, Lane lane) { out.uints[lane] = view.values[source]; });
}

void FactReader::load_view(const RealView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, Lane lane) { out.reals[lane] = view.values[source]; });
}

void FactReader::load_view(const DurationView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, Lane lane) { out.times[lane] = Interval::of(view.values[source]); });
}

void FactReader::load_view(const TextView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out,
             [&](std::size_t source, Lane lane) { out.texts[lane] = view.pool->view(view.values[source]); });
}

void FactReader::load_view(const TextListView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, Lane lane) {
    out.lists[lane] = {view.offsets[source], view.offsets[source + 1] - view.offsets[source]};
  });
}

void FactReader::load_view(const IntListView& view, std::size_t first_row, Selection lanes, Register& out) {
  load_known(first_row, lanes, out, [&](std::size_t source, Lane lane) {
    out.lists[lane] = {view.offsets[source], view.offsets[source + 1] - view.offsets[source]};
  });
}

void FactReader::load(std::size_t first_row, Selection lanes, Register& out) {
  std::visit([&](const auto& view) { load_view(view, first_row, lanes, out); }, column_.values);
}

void FactReader::load_element(std::uint64_t position, Lane lane, Register& out) const {
  if (const auto* texts = std::get_if<TextListView>(&column_.values)) {
    out.texts[lane] = texts->pool->view(texts->elements[position]);
  } else {
    out.ints[lane] = std::get<IntListView>(column_.values).elements[position];
  }
}

}  // namespace tally::cel
