import { render } from 'preact';
import { useState } from 'preact/hooks';
import { readView } from './address';
import { App } from './app';
import { keepToken, takeToken, tenantOf } from './session';
import { SignIn } from './signIn';

function Root() {
  const [token, setToken] = useState(takeToken);
  const [tenant, setTenant] = useState(() => readView(location.search).tenant || tenantOf(token));
  const [reason, setReason] = useState('');
  if (token === '' || tenant === '')
    return (
      <SignIn
        tenant={tenant}
        reason={reason}
        onSignIn={(given, name) => {
          keepToken(given);
          setReason(name === '' ? 'The token names no tenant: give the tenant too.' : '');
          setTenant(name);
          setToken(name === '' ? '' : given);
        }}
      />
    );
  return (
    <App
      key={`${tenant} ${token}`}
      tenant={tenant}
      token={token}
      onSignOut={(why) => {
        keepToken('');
        setReason(why);
        setToken('');
      }}
    />
  );
}

const place = document.getElementById('app');
if (place) {
  place.textContent = '';
  render(<Root />, place);
}
