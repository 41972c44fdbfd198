#include "policy/cel/columns.h"

#include <utility>

namespace tally::cel {

void Columns::bind(std::string name, FactColumn column) {
  bindings_.insert_or_assign(std::move(name), Binding{std::move(column)});
}

void Columns::bind(std::string name, Value value) {
  bindings_.insert_or_assign(std::move(name), Binding{std::move(value)});
}

const Columns::Binding* Columns::find(std::string_view name) const {
  const auto found = bindings_.find(name);
  return found == bindings_.end() ? nullptr : &found->second;
}

}  // namespace tally::cel
