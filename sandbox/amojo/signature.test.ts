import { expect } from 'chai';
import { fixture, fixtureText } from '../testing/fixture.ts';
import { md5, signHook, signRequest } from './signature.ts';

interface Sample {
  headers: Record<string, string>;
  path: string;
  body?: string;
}

describe('Signatures of the Chats API', () => {
  const { secret, post, get, incoming_hook } = fixture<{
    secret: string;
    post: Sample;
    get: Sample;
    incoming_hook: Record<string, string>;
  }>('chats_signature.json');
  const signed = (method: string, { headers, path }: Sample) =>
    signRequest(secret, {
      method,
      path,
      date: headers['Date'] ?? '',
      contentType: headers['Content-Type'] ?? '',
      contentMd5: headers['Content-MD5'] ?? '',
    });

  it('are those of the documentation, for a body, for none, and for a hook', () => {
    expect(md5(Buffer.from(post.body ?? ''))).to.equal(post.headers['Content-MD5']);
    expect(signed('post', post)).to.equal(post.headers['X-Signature']);
    expect(md5(Buffer.alloc(0))).to.equal(get.headers['Content-MD5']);
    expect(signed('GET', get)).to.equal(get.headers['X-Signature']);
    expect(signHook(secret, fixtureText('chats_hook_message_v2.txt'))).to.equal(incoming_hook['X-Signature']);
  });
});
