/* The whole program as a function, for tests that run it in a child without starting a new image. Once in a process. */
#ifndef TESTS_FAULTS_PROGRAM_H
#define TESTS_FAULTS_PROGRAM_H

int program_main(int count, char **list);

#endif
