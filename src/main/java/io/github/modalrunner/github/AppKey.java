package io.github.modalrunner.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GitHub App: its id and the key that proves it (docs.github.com, "Generating a JSON Web Token
 * (JWT) for a GitHub App").
 *
 * @param id the App's id or client id
 * @param key an RSA key; never shown
 */
public record AppKey(String id, PrivateKey key) {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END (RSA )?PRIVATE KEY-----");

  /** {@code AlgorithmIdentifier} of RSA, as PKCS#8 has it before the key. */
  private static final byte[] RSA_ALGORITHM = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** The clocks of two machines differ a little; GitHub allows ten minutes in all. */
  private static final long BEFORE = 60_000;

  private static final long AFTER = 9 * 60_000;

  /**
   * Apps and their keys, in the same order.
   *
   * @param ids the Apps' ids
   * @param pem as many keys one after another, PKCS#1 (as GitHub gives them) or PKCS#8
   * @throws IllegalArgumentException with a sentence that says what to change
   */
  public static List<AppKey> of(List<String> ids, String pem) {
    List<PrivateKey> keys = new ArrayList<>();
    Matcher blocks = PEM.matcher(pem);
    while (blocks.find()) {
      keys.add(key(blocks.group(1) != null, blocks.group(2)));
    }
    if (keys.size() != ids.size()) {
      throw new IllegalArgumentException(
          "must hold one RSA private key (PEM) for each App of runner.github.app-id, in the same order; it holds %d for %d"
              .formatted(keys.size(), ids.size()));
    }
    List<AppKey> apps = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      apps.add(new AppKey(ids.get(i), keys.get(i)));
    }
    return List.copyOf(apps);
  }

  /**
   * A token that proves this App for some minutes.
   *
   * @param now GitHub's time in epoch milliseconds
   */
  public String jwt(long now) {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.RS256),
            new JWTClaimsSet.Builder()
                .issuer(id)
                .claim("iat", (now - BEFORE) / 1000)
                .claim("exp", (now + AFTER) / 1000)
                .build());
    try {
      jwt.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("an RSA key signs", e);
    }
    return jwt.serialize();
  }

  @Override
  public String toString() {
    return "App " + id;
  }

  private static PrivateKey key(boolean pkcs1, String base64) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      PrivateKey key =
          KeyFactory.getInstance("RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs1 ? wrapped(der) : der));
      if (((RSAPrivateKey) key).getModulus().bitLength() < 2048) {
        throw new IllegalArgumentException("must be an RSA key of 2048 bits or more");
      }
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "must be the RSA private key (PEM) that GitHub gave for the App; it cannot be read", e);
    }
  }

  /** A PKCS#1 key as PKCS#8: SEQUENCE { version, algorithm, OCTET STRING { key } }. */
  private static byte[] wrapped(byte[] pkcs1) {
    byte[] octets = element(0x04, pkcs1);
    byte[] content =
        ByteBuffer.allocate(RSA_ALGORITHM.length + octets.length)
            .put(RSA_ALGORITHM)
            .put(octets)
            .array();
    return element(0x30, content);
  }

  /** A DER element with a length of two bytes, which fits every RSA key. */
  private static byte[] element(int tag, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .put((byte) tag)
        .put((byte) 0x82)
        .putShort((short) content.length)
        .put(content)
        .array();
  }
}
