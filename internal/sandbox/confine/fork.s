// This file lets the compiler accept function declarations without a body.
