#include "policy/model/account_key.h"

namespace tally::model {
namespace {

constexpr std::string_view kPrefix = "account/";

bool separates(char c) { return c == ',' || c == '+' || c == '='; }

}  // namespace

std::string normalised_dn(std::string_view dn) {
  std::string out;
  bool after_separator = true;
  for (std::size_t i = 0; i < dn.size(); ++i) {
    const char c = dn[i];
    if (c == ' ' && after_separator) continue;
    if (c == '\\' && i + 1 < dn.size()) {
      out += c;
      out += dn[++i];
      after_separator = false;
      continue;
    }
    if (separates(c)) {
      while (!out.empty() && out.back() == ' ' && (out.size() < 2 || out[out.size() - 2] != '\\')) out.pop_back();
    }
    after_separator = separates(c);
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

void write_account_key(const Snapshot& s, AccountId account, std::string& out) {
  const std::size_t row = account.index();
  out.assign(kPrefix).append(s.source(s.accounts.source[row]).name).append("/");
  const std::string_view native = s.view(s.accounts.native_id[row]);
  if (native.empty()) {
    out.append(normalised_dn(s.view(s.accounts.dn[row])));
  } else {
    out.append(native);
  }
}

AccountKey parts_of_account_key(std::string_view key) {
  AccountKey parts;
  if (!key.starts_with(kPrefix)) return parts;
  key.remove_prefix(kPrefix.size());
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return parts;
  parts.source = key.substr(0, slash);
  const std::string_view id = key.substr(slash + 1);
  // A DN has a "=" (RFC 4514), a native id has none.
  (id.find('=') == std::string_view::npos ? parts.native_id : parts.dn) = id;
  return parts;
}

}  // namespace tally::model
