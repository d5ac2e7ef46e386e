/* Whether a line of the log says what the record says that its proof opens. */
#ifndef KRING_CLI_LOG_RECORD_H
#define KRING_CLI_LOG_RECORD_H

#include "base/bytes.h"
#include "json/read.h"
#include "log_proof.h"

/* What differs, as a constant sentence, or NULL. `family`: of which it must be, or NULL. What a line leaves out is no fault:
 * a reader is shown less than an auditor. */
const char *log_record_differs(const json_value *record, const log_proof *p, const uuid *family) MUST_USE;

#endif
