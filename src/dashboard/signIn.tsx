import { useState } from 'preact/hooks';
import { tenantOf } from './session';

/** Asks for a token; nothing of it leaves the tab but in the calls to the API. */
export function SignIn({
  tenant,
  reason,
  onSignIn,
}: {
  tenant: string;
  reason: string;
  onSignIn: (token: string, tenant: string) => void;
}) {
  const [token, setToken] = useState('');
  const [name, setName] = useState(tenant);
  return (
    <main class="sign-in">
      <h1>gitops-healthcare</h1>
      {reason !== '' && (
        <p class="failure" role="alert">
          {reason}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSignIn(token.trim(), name.trim() || tenantOf(token));
        }}
      >
        <label>
          Token
          <input
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <label>
          Tenant <span class="facts">(where the token is for several)</span>
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
      <p class="facts">
        The token stays in this tab and is gone when you close it. The command line prints one:{' '}
        <code>gitops-healthcare token</code>.
      </p>
    </main>
  );
}
