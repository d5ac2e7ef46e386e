/* Every rule that the policy decides by, as small stories about families that are built for them: stories/, one file a noun. */
#include "stories/story.h"

int main(void) {
    int (*const groups[])(void) = {
        stories_of_reading, stories_of_parents, stories_of_capacity, stories_of_grants, stories_of_levels, stories_of_emergencies,
        stories_of_sealed,  stories_of_locks,   stories_of_entries,  stories_of_team,   stories_of_givers, stories_of_requests,
        stories_of_young,   stories_of_writers, stories_of_clock,    stories_of_moments,
        stories_of_agenda,  stories_of_safeguards, stories_of_told,
        stories_of_endings, stories_of_people,
    };
    int failed = 0;
    for (size_t i = 0; i < COUNT(groups); i++) failed += groups[i]() != 0;
    return failed;
}
