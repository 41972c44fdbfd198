// tallystick: the command line. Everything is in daemon/cli.
#include <iostream>

#include "daemon/cli/command.h"
#include "daemon/control/exit_code.h"
#include "daemon/memory.h"

int main(int argc, char** argv) {
  tally::return_freed_memory();
  tally::cli::Streams io{std::cout, std::cerr};
  const int code = tally::cli::run(argc, argv, io);
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "tallystick: standard output could not be written to its end (a full disk?): do not use what is there\n";
  return code == tally::control::kNothingFound ? tally::control::kNotEverythingSeen : code;
}
