#include "surface/roll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/tenor.h"

static const struct vol_smiles_expiry *same_expiry(const struct vol_smiles *smiles,
                                                   const struct vol_smiles_expiry *of)
{
    size_t i;

    for (i = 0; i < smiles->n; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[i];

        if (vol_smiles_has_fit(e) && e->expires == of->expires && strcmp(e->root, of->root) == 0)
            return e;
    }
    return NULL;
}

enum vol_status vol_roll_split(const struct vol_smiles *before, const struct vol_smiles *now, double t,
                               struct vol_roll *out)
{
    const struct vol_smiles_expiry *fresh[2] = {NULL, NULL}, *old[2] = {NULL, NULL};
    double share = 1.0, was, is, rolled, t_old, k;
    size_t i;

    if (vol_tenor_place(now->surface, now->n_surface, t, 0.0) != VOL_SLICE_INSIDE ||
        vol_tenor_place(before->surface, before->n_surface, t, 0.0) != VOL_SLICE_INSIDE ||
        vol_tenor_vol(now->surface, now->n_surface, t, 0.0, &is) != VOL_OK ||
        vol_tenor_vol(before->surface, before->n_surface, t, 0.0, &was) != VOL_OK)
        return VOL_NO;
    for (i = 0; i < now->n && (fresh[1] == NULL || fresh[1]->t_var < t); i++) {
        const struct vol_smiles_expiry *e = &now->expiry[i], *same;

        if (!vol_smiles_has_fit(e) || (same = same_expiry(before, e)) == NULL ||
            (fresh[1] != NULL && !(e->t_var > fresh[1]->t_var && same->t_var > old[1]->t_var)))
            continue;
        fresh[0] = fresh[1];
        old[0] = old[1];
        fresh[1] = e;
        old[1] = same;
    }
    if (fresh[1] == NULL || fresh[1]->t_var < t || (fresh[0] == NULL && fresh[1]->t_var > t))
        return VOL_NO;
    t_old = old[1]->t_var;
    k = log(fresh[1]->forward / old[1]->forward);
    if (fresh[1]->t_var > t) {
        share = (t - fresh[0]->t_var) / (fresh[1]->t_var - fresh[0]->t_var);
        t_old = old[0]->t_var + share * (t_old - old[0]->t_var);
        k = (1.0 - share) * log(fresh[0]->forward / old[0]->forward) + share * k;
    }
    if (vol_tenor_place(before->surface, before->n_surface, t_old, k) != VOL_SLICE_INSIDE ||
        vol_tenor_vol(before->surface, before->n_surface, t_old, k, &rolled) != VOL_OK)
        return VOL_NO;
    *out = (struct vol_roll){.change = is - was, .roll = rolled - was, .move = is - rolled};
    return VOL_OK;
}

/* ---- the snapshots kept ---- */

void vol_roll_init(struct vol_roll_memory *memory)
{
    memset(memory, 0, sizeof *memory);
}

void vol_roll_free(struct vol_roll_memory *memory)
{
    size_t i;

    for (i = 0; i < memory->n; i++) {
        free(memory->kept[i].name);
        vol_smiles_free(&memory->kept[i].smiles);
    }
    free(memory->kept);
    vol_roll_init(memory);
}

static struct vol_roll_kept *find(const struct vol_roll_memory *memory, const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < memory->n; i++)
        if (memory->kept[i].len == len && memcmp(memory->kept[i].name, name, len) == 0)
            return &memory->kept[i];
    return NULL;
}

const struct vol_roll_kept *vol_roll_find(const struct vol_roll_memory *memory, const char *name, size_t len,
                                          const char *clock)
{
    const struct vol_roll_kept *kept = find(memory, name, len);

    return kept != NULL && strncmp(kept->clock, clock, sizeof kept->clock - 1) == 0 ? kept : NULL;
}

const char *vol_roll_clock(const struct vol_roll_memory *memory, const char *name, size_t len)
{
    const struct vol_roll_kept *kept = find(memory, name, len);

    return kept != NULL ? kept->clock : NULL;
}

static struct vol_roll_kept *add(struct vol_roll_memory *memory, const char *name, size_t len)
{
    struct vol_roll_kept *kept;

    if (memory->n == memory->cap) {
        size_t cap = memory->cap > 0 ? 2 * memory->cap : 8;

        kept = realloc(memory->kept, cap * sizeof *kept);
        if (kept == NULL)
            return NULL;
        memory->kept = kept;
        memory->cap = cap;
    }
    kept = &memory->kept[memory->n];
    memset(kept, 0, sizeof *kept);
    vol_smiles_init(&kept->smiles);
    kept->name = malloc(len + 1);
    if (kept->name == NULL)
        return NULL;
    memcpy(kept->name, name, len);
    kept->len = len;
    memory->n++;
    return kept;
}

enum vol_status vol_roll_keep(struct vol_roll_memory *memory, const char *name, size_t len, const char *clock,
                              int64_t ts, struct vol_smiles *smiles)
{
    struct vol_roll_kept *kept = find(memory, name, len);
    struct vol_smiles before;
    size_t n = strlen(clock);

    if (kept == NULL && (kept = add(memory, name, len)) == NULL)
        return VOL_EOS;
    n = n < sizeof kept->clock ? n : sizeof kept->clock - 1;
    memcpy(kept->clock, clock, n);
    kept->clock[n] = '\0';
    kept->ts = ts;
    before = kept->smiles;
    kept->smiles = *smiles;
    *smiles = before;
    return VOL_OK;
}
