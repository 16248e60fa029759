/*
 * The complex numbers of C as Microsoft's runtime passes them: wine's ucrtbase lacks all of these, and
 * NumPy takes them from there. A `long double` is a `double` in that runtime.
 */
#include <complex.h>
#include <string.h>

typedef struct { double re, im; } D;
typedef struct { float re, im; } F;

static double complex d(D v) { double complex z; memcpy(&z, &v, sizeof z); return z; }
static float complex f(F v) { float complex z; memcpy(&z, &v, sizeof z); return z; }
static D dd(double complex z) { D v; memcpy(&v, &z, sizeof v); return v; }
static F ff(float complex z) { F v; memcpy(&v, &z, sizeof v); return v; }

#define VALUE(name) \
    D ms_##name(D v) { return dd(name(d(v))); } \
    D ms_##name##l(D v) { return dd(name(d(v))); } \
    F ms_##name##f(F v) { return ff(name##f(f(v))); }
#define PART(name) \
    double ms_##name(D v) { return name(d(v)); } \
    double ms_##name##l(D v) { return name(d(v)); } \
    float ms_##name##f(F v) { return name##f(f(v)); }

VALUE(cacos) VALUE(cacosh) VALUE(casin) VALUE(casinh) VALUE(catan) VALUE(catanh)
VALUE(ccos) VALUE(ccosh) VALUE(cexp) VALUE(clog) VALUE(conj) VALUE(cproj)
VALUE(csin) VALUE(csinh) VALUE(csqrt) VALUE(ctan) VALUE(ctanh)
PART(cabs) PART(carg) PART(cimag) PART(creal)
D ms_cpow(D a, D b) { return dd(cpow(d(a), d(b))); }
D ms_cpowl(D a, D b) { return dd(cpow(d(a), d(b))); }
F ms_cpowf(F a, F b) { return ff(cpowf(f(a), f(b))); }

int __stdcall start(void *module, unsigned why, void *reserved) { return 1; }
