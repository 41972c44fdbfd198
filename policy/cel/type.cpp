#include "policy/cel/type.h"

namespace tally::cel {

std::string Type::name() const {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::uinteger: return "uint";
    case Kind::real: return "double";
    case Kind::string: return "string";
    case Kind::bytes: return "bytes";
    case Kind::timestamp: return "timestamp";
    case Kind::duration: return "duration";
    case Kind::type: return "type";
    case Kind::dyn: return "dyn";
    case Kind::nothing: return "nothing";
    case Kind::list: return element().kind == Kind::nothing ? "list" : "list<" + element().name() + ">";
    case Kind::map: break;
  }
  return key().kind == Kind::nothing ? "map" : "map<" + key().name() + ", " + value().name() + ">";
}

bool compatible(const Type& a, const Type& b) {
  const auto open = [](const Type& type) { return type.kind == Kind::dyn || type.kind == Kind::nothing; };
  if (open(a) || open(b)) return true;
  if (a.kind != b.kind) return false;
  if (a.is_list()) return compatible(a.element(), b.element());
  return !a.is_map() || (compatible(a.key(), b.key()) && compatible(a.value(), b.value()));
}

Type joined(const Type& a, const Type& b) {
  if (a == b || b.kind == Kind::nothing) return a;
  if (a.kind == Kind::nothing) return b;
  if (a.is_list() && b.is_list()) return Type::list_of(joined(a.element(), b.element()));
  if (a.is_map() && b.is_map()) return Type::map_of(joined(a.key(), b.key()), joined(a.value(), b.value()));
  return Type::dyn();
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::null: return "null_type";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::uinteger: return "uint";
    case Kind::real: return "double";
    case Kind::string: return "string";
    case Kind::bytes: return "bytes";
    case Kind::timestamp: return "google.protobuf.Timestamp";
    case Kind::duration: return "google.protobuf.Duration";
    case Kind::list: return "list";
    case Kind::map: return "map";
    case Kind::type: return "type";
    case Kind::dyn:
    case Kind::nothing: break;
  }
  return "dyn";
}

}  // namespace tally::cel
