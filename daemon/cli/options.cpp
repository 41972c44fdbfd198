#include "daemon/cli/options.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <boost/program_options.hpp>
#include <ostream>

#include "daemon/control/exit_code.h"

namespace tally::cli {
namespace po = boost::program_options;

Options& Options::text(std::string_view name, std::string_view value, std::string_view meaning,
                       std::string_view otherwise) {
  rows_.push_back({std::string(name), std::string(value), std::string(meaning), std::string(otherwise)});
  return *this;
}

Options& Options::flag(std::string_view name, std::string_view meaning) {
  rows_.push_back({std::string(name), {}, std::string(meaning), {}});
  return *this;
}

Options& Options::word(std::string_view name, std::string_view meaning) {
  rows_.push_back({std::string(name), std::string(name), std::string(meaning), {}, true});
  return *this;
}

Options& Options::maybe(std::string_view name, std::string_view meaning) {
  rows_.push_back({std::string(name), std::string(name), std::string(meaning), {}, true, true});
  return *this;
}

Options& Options::words(std::string_view name, std::string_view meaning) {
  rows_.push_back({std::string(name), std::string(name), std::string(meaning), {}, true, true, true});
  return *this;
}

std::optional<int> Options::parse(const std::vector<std::string>& arguments, Streams& io) {
  po::options_description description;
  po::positional_options_description words;
  description.add_options()("help,h", "");
  for (const Row& row : rows_) {
    if (row.many) {
      description.add_options()(row.name.c_str(), po::value<std::vector<std::string>>(), row.meaning.c_str());
    } else if (row.value.empty()) {
      description.add_options()(row.name.c_str(), row.meaning.c_str());
    } else {
      description.add_options()(row.name.c_str(), po::value<std::string>(), row.meaning.c_str());
    }
    if (row.is_word) words.add(row.name.c_str(), row.many ? -1 : 1);
  }
  try {
    const auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::variables_map found;
    po::store(po::command_line_parser(arguments).options(description).positional(words).style(style).run(), found);
    if (found.count("help") != 0) {
      print_help(io);
      return control::kNothingFound;
    }
    for (const Row& row : rows_) {
      if (row.many) {
        if (found.count(row.name) != 0) all_ = found[row.name].as<std::vector<std::string>>();
        continue;
      }
      if (found.count(row.name) != 0) values_[row.name] = row.value.empty() ? "" : found[row.name].as<std::string>();
      if (row.is_word && !row.may_lack && !has(row.name))
        throw po::error(fmt::format("{} is missing: {}", row.name, row.meaning));
    }
  } catch (const po::error& error) {
    fmt::print(io.err, "{}: {}; see `{} --help`\n", called_, error.what(), called_);
    return control::kUsage;
  }
  return std::nullopt;
}

std::string Options::get(std::string_view name) const {
  if (const auto found = values_.find(name); found != values_.end()) return found->second;
  for (const Row& row : rows_) {
    if (row.name == name) return row.otherwise;
  }
  return {};
}

bool Options::has(std::string_view name) const { return values_.find(name) != values_.end(); }

void Options::print_help(Streams& io) const {
  fmt::print(io.out, "usage: {}{}{} [OPTIONS]\n", called_, arguments_.empty() ? "" : " ", arguments_);
  for (const auto list : {commands(), policy_commands(), decision_commands()}) {
    for (const Command& command : list) {
      if (command.name == command_) fmt::print(io.out, "{}\n", command.summary);
    }
  }
  fmt::print(io.out, "\n");
  for (const Row& row : rows_) {
    const std::string left = row.is_word         ? row.name
                             : row.value.empty() ? "--" + row.name
                                                 : fmt::format("--{} {}", row.name, row.value);
    fmt::print(io.out, "  {:<24}{}{}\n", left, row.meaning,
               row.otherwise.empty() ? "" : fmt::format(" (default {})", row.otherwise));
  }
}

}  // namespace tally::cli
