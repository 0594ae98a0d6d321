"""Encodings and the functions of util: call by call the outcome is that of python-paillier."""

import warnings
from functools import partial

import pytest
from phe_pair import LIBRARIES, expressions, names, outcome

ENCODING = """
Code(pub,5,0)+pub.encrypt(5) ; Code(pub,5,0)*pub.encrypt(5) ; Code(pub,5,0)-pub.encrypt(5) ; Code(pub,5,0)+5
Code(pub,5,0)+Code(pub,5,0) ; Code(pub,5,0)==Code(pub,5,0) ; Code.encode(pub,5) ; Code.encode(5,5)
Code(5,'a',None) ; Code.encode(pub,True) ; Code.encode(pub,5,max_exponent=-3) ; Code.encode(pub,5,max_exponent=3)
Code.encode(pub,5,max_exponent=-2.5) ; Code.encode(pub,5,max_exponent=-2.0) ; Code.encode(pub,5,max_exponent='a')
Code.encode(pub,5.5,max_exponent=-20) ; Code.encode(pub,5.5,1e-3,max_exponent=-1)
Code.encode(pub,5.5,1e-3,max_exponent=-20) ; Code.encode(pub,'x',precision=1) ; Code.encode(pub,None,precision=1)
Code.encode(pub,'5',precision=1) ; Code.encode(pub,'1/3',precision=.1)
Code.encode(pub,fractions.Fraction(1,3),precision=.1) ; Code.encode(pub,decimal.Decimal('0.3'),precision=.1)
Code.encode(pub,1j,precision=.1) ; Code.encode(pub,np.float64(3)) ; Code.encode(pub,0.5,precision=1)
Code.encode(pub,1.5,precision=1) ; Code.encode(pub,-2.5,precision=1) ; Code.encode(pub,pub.max_int)
Code.encode(pub,pub.max_int+1) ; Code.encode(pub,-pub.max_int) ; Code.encode(pub,-pub.max_int-1)
Code.encode(pub,-5).encoding==pub.n-5 ; Code.encode(pub,0.1,precision=1e-300)
Code.encode(pub,0.0,precision=1e-300) ; Code.encode(pub,0.0,max_exponent=-10**4)
Code.encode(pub,5,max_exponent=-10**4) ; Code(pub,5,0).decode() ; Code(pub,5,3).decode() ; Code(pub,5,-3).decode()
Code(pub,5,2.5).decode() ; Code(pub,5,-2.5).decode() ; Code(pub,5,'a').decode() ; Code(pub,5.5,0).decode()
Code(pub,5.5,-3).decode() ; Code(pub,'a',0).decode() ; Code(pub,True,0).decode() ; Code(pub,True,2).decode()
Code(pub,-5,0).decode() ; Code(pub,pub.n,0).decode() ; Code(pub,pub.n+1,0).decode() ; Code(pub,pub.n//2,0).decode()
Code(pub,pub.max_int,0).decode() ; Code(pub,pub.max_int+1,0).decode() ; Code(pub,pub.n-pub.max_int,0).decode()
Code(pub,pub.n-pub.max_int-1,0).decode() ; Code(pub,pub.max_int,-1).decode() ; Code(pub,5,-400).decode()
Code(pub,5,-4000).decode() ; Code(pub,0,-4000).decode() ; Code(pub,5,400).decode()==5*16**400
Code(pub2,pub2.max_int,-5).decode() ; Code(pub2,pub2.max_int,-4000).decode()
Code(pub2,pub2.n-pub2.max_int,-5).decode() ; Code(pub2,pub2.n-pub2.max_int,5).decode() < 0
Code(pub,5,3).decrease_exponent_to(1) ; Code(pub,5,3).decrease_exponent_to(3)
Code(pub,5,3).decrease_exponent_to(4) ; Code(pub,5,3).decrease_exponent_to(1.0)
Code(pub,5,3).decrease_exponent_to(1.5) ; Code(pub,5,3).decrease_exponent_to('a')
Code(pub,5.5,3).decrease_exponent_to(1) ; Code(pub,5,3).decrease_exponent_to(-1000).exponent
Code(k,5,3).decrease_exponent_to(-10) ; S.encode(k,5) ; S(pub,5,-2).decode() ; S(pub,5,-2).decrease_exponent_to(-4)
S.encode(pub,0.1) ; S13.encode(pub,0.1) ; S13.encode(pub,0.1).decode() ; S13.encode(pub,0.1,precision=1e-5)
S64.encode(pub,0.1) ; SB.encode(pub,0.1) ; SB.encode(pub,0.1,precision=1e-5) ; SF.encode(pub,0.1)
SF.encode(pub,0.1,precision=.1) ; SM.encode(pub,0.1)
"""

UTIL = """
powmod(1,5,0) ; powmod(1,5,1) ; powmod(1,'a',1) ; powmod(1.0,5,7) ; powmod(True,5,7) ; powmod(2,5,7)
powmod(2,-1,7) ; powmod(2,-1,4) ; powmod(2**3000,-1,10**50) ; powmod(3**3000,-1,10**50) ; powmod(2,5,0)
powmod(2,5,1) ; powmod(2,5,-7) ; powmod(2.0,5,7) ; powmod('a',5,7) ; powmod(2,5.0,7) ; powmod(2,5,'a')
powmod(2,5,None) ; powmod(2**300,5**200,7.5) ; powmod(2**300,5**200,2**65) ; mulmod(3,5,7) ; mulmod(3.5,5,7)
mulmod(-3,5,7) ; mulmod(3,5,0) ; mulmod(3,5,-7) ; mulmod('a',5,7) ; mulmod('a',5,2**4000) ; mulmod(3,5,2**4000)
invert(3,7) ; invert(-3,7) ; invert(3,-7) ; invert(2,4) ; invert(0,4) ; invert(0,1) ; invert(3,1) ; invert(3,0)
invert(1,0) ; invert(3.0,7) ; invert('a',7) ; invert(True,7) ; getprimeover(-1) ; getprimeover(8.0)
getprimeover('a') ; getprimeover(None) ; isqrt(10) ; isqrt(0) ; isqrt(-1) ; isqrt(10.0) ; isqrt(10.5) ; isqrt('a')
isqrt(2**200) ; improved_i_sqrt(10) ; improved_i_sqrt(0) ; improved_i_sqrt(-1) ; improved_i_sqrt(10.0)
improved_i_sqrt('a') ; improved_i_sqrt(2**200+1) ; improved_i_sqrt(True) ; extended_euclidean_algorithm(240,46)
extended_euclidean_algorithm(46,240) ; extended_euclidean_algorithm(0,5) ; extended_euclidean_algorithm(5,0)
extended_euclidean_algorithm(0,0) ; extended_euclidean_algorithm(-240,46) ; extended_euclidean_algorithm(240,-46)
extended_euclidean_algorithm(-240,-46) ; extended_euclidean_algorithm(-5,0) ; extended_euclidean_algorithm(0,-5)
extended_euclidean_algorithm(7,7) ; extended_euclidean_algorithm(7.5,7) ; extended_euclidean_algorithm('a',7)
extended_euclidean_algorithm(1,1) ; miller_rabin(17,5) ; miller_rabin(15,5) ; miller_rabin(2,5) ; miller_rabin(3,5)
miller_rabin(1,5) ; miller_rabin(0,5) ; miller_rabin(4,5) ; miller_rabin(-7,5) ; miller_rabin(17,0)
miller_rabin(15,0) ; miller_rabin(17,-1) ; miller_rabin(17.0,1) ; miller_rabin('a',1) ; miller_rabin(17,1.5)
miller_rabin(True,1) ; miller_rabin(9,5) ; miller_rabin(10,5) ; miller_rabin(561,5) ; is_prime(561) ; is_prime(2)
is_prime(1) ; is_prime(0) ; is_prime(-7) ; is_prime(-8) ; is_prime(17863) ; is_prime(17863**2) ; is_prime(17881)
is_prime(17881*17891) ; is_prime(17881,0) ; is_prime(17881*17891,0) ; is_prime(17.0) ; is_prime(17.5)
is_prime('a') ; is_prime(None) ; is_prime(True) ; is_prime(False) ; is_prime(2**127-1, mr_rounds='a')
is_prime(2**127-1, 1) ; is_prime(10.0) ; is_prime(2**127-1.0) ; base64url_encode(b'abc') ; base64url_encode(b'ab')
base64url_encode(b'') ; base64url_encode('abc') ; base64url_encode(None) ; base64url_encode(bytearray(b'ab'))
base64url_decode('YWI') ; base64url_decode(b'YWI') ; base64url_decode('YWI=') ; base64url_decode('')
base64url_decode('Y') ; base64url_decode('-_-_') ; base64url_decode('+/+/') ; base64url_decode('Y!W@I')
base64url_decode('YWé') ; base64url_decode(None) ; base64url_decode(5) ; base64url_decode('YWIA')
int_to_base64(0) ; int_to_base64(-1) ; int_to_base64(1) ; int_to_base64(255) ; int_to_base64(256)
int_to_base64(65535) ; int_to_base64(2**65) ; int_to_base64(1.0) ; int_to_base64('a') ; int_to_base64(True)
base64_to_int('AQ') ; base64_to_int(b'AQ') ; base64_to_int('') ; base64_to_int('AQAB') ; base64_to_int('====')
base64_to_int(None) ; base64_to_int(5) ; invert(0,0) ; invert(5,-1) ; powmod(5,3,-1) ; powmod(1,3,-7)
powmod(1,-3,6) ; powmod(7,-3,6) ; powmod(0,0,7) ; powmod(0,-1,7) ; powmod(None,1,7)
"""


@pytest.mark.parametrize("bits", [256, 512])
@pytest.mark.parametrize("expression", expressions(ENCODING, UTIL))
def test_call_agrees(expression: str, bits: int) -> None:
    call = compile(expression, "<call>", "eval")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        of_phe, ours = (outcome(partial(eval, call, names(library, bits))) for library in LIBRARIES)
    assert ours == of_phe
