/* mills.h: erfcx and its first moment, the two functions that Black's formula is made of.
 *
 *     e(a) = exp(a^2) erfc(a) = 2/sqrt(pi) * integral over u > 0 of     exp(-u^2 - 2 a u)
 *     m(a)                    = 2/sqrt(pi) * integral over u > 0 of u * exp(-u^2 - 2 a u) = 1/sqrt(pi) - a
 * e(a)
 *
 * for a >= 0 (infinity gives 0). m(a) is what is left of erfcx when its leading term is taken away; computing
 * it by the subtraction on the right would lose it for large a, so that it has a table of its own. Both are
 * good to about 3 units in the last place. Higher moments follow from m[j+1] = j/2 m[j-1] - a m[j].
 */
#ifndef VOL_PRICE_MILLS_H
#define VOL_PRICE_MILLS_H

double vol_mills_erfcx(double a);

/* Both at once. */
void vol_mills(double a, double *erfcx, double *moment);

#endif
