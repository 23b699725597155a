/* Half-typed forms, kept in the database's local table until they are sent or thrown away. */
#ifndef TUI_FORM_DRAFT_H
#define TUI_FORM_DRAFT_H

#include "tui/form_view.h"

/* Name of the local value: who, what, on which record. The caller frees. */
char *form_draft_name(struct shell *shell, const char *what, record_id subject);
void form_draft_save(struct form *form, struct shell *shell);
bool form_draft_restore(struct form *form, struct shell *shell); /* true if there was one */
void form_draft_drop(struct form *form, struct shell *shell);

#endif
