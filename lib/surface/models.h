/* models.h: inside of smiles.h: fits the smiles of a chain with one of the models. */
#ifndef VOL_SURFACE_MODELS_H
#define VOL_SURFACE_MODELS_H

#include "surface/smiles.h"

/* Fit smiles->model to the expiries whose status is OK: their `fitted` quotes. Sets status, slice, score and
 * butterfly of each. VOL_EOS. */
enum vol_status vol_models_fit(struct vol_smiles *smiles, enum vol_isa isa, struct vol_error *err);

#endif
