/* Why, or why not, in one plain sentence. */
#ifndef KRING_API_WHY_H
#define KRING_API_WHY_H

#include "api/texts.h"
#include "policy/policy.h"

/* A rule that nobody but the auditor is told of, or of which there is nothing to say, gives the sentence of R-01. */
text_key why_text(const answer *told);

#endif
