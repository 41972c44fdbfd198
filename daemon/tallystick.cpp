// tallystick: the command line. Everything is in daemon/cli.
#include <iostream>

#include "daemon/cli/command.h"
#include "daemon/memory.h"

int main(int argc, char** argv) {
  tally::return_freed_memory();
  tally::cli::Streams io{std::cout, std::cerr};
  return tally::cli::run(argc, argv, io);
}
