#include "try.h"
int main(void) { return 0; }
