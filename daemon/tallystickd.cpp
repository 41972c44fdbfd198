// tallystickd: the program that the service starts. It audits once and ends; standard error goes to the journal.
// The schedule, the socket and the watchdog belong here (docs/design/architecture.md, "Programs").
#include <iostream>
#include <string>
#include <vector>

#include "daemon/cli/command.h"

int main(int argc, char** argv) {
  tally::cli::Streams io{std::cout, std::cerr};
  return tally::cli::audit({argv + (argc > 0 ? 1 : 0), argv + argc}, io);
}
