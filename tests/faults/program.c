#include "program.h"

#define main program_main
#include "main.c"
